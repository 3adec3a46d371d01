import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "vitest";
import type { Column } from "./column.ts";
import type { RealClient } from "./drivers/real-client.ts";
import { EnckeServer, type ServerOptions } from "./encke-server.ts";
import type { Host } from "./hosts/host.ts";
import { servePages } from "./pages/serve-pages.ts";

/** What a browser may have kept from an earlier visit. */
const EARLIER = { name: "BAYEUX_BROWSER", value: "kept-from-an-earlier-visit" };

export interface ClientWishes {
  readonly token?: string;
  /** Whether its page comes from another origin. @default what the column says */
  readonly isForeign?: boolean | undefined;
}

/** One server and one host, set up for one scenario. */
export class Stage {
  readonly column: Column;
  readonly server: EnckeServer;
  readonly #host: Host;
  readonly #pages: Server;

  private constructor(column: Column, server: EnckeServer, host: Host, pages: Server) {
    this.column = column;
    this.server = server;
    this.#host = host;
    this.#pages = pages;
  }

  static async open(column: Column, options: ServerOptions = {}): Promise<Stage> {
    const pages = createServer(servePages).listen(0, "127.0.0.1");
    await once(pages, "listening");
    const origins = column.isForeign ? { origins: [originOf(pages)] } : {};
    const http = { ...origins, ...column.http, ...options.http };
    const server = await EnckeServer.start({ ...options, http }, servePages);
    return new Stage(column, server, column.openHost(), pages);
  }

  /** A client that has done nothing yet. */
  open({ token, isForeign = this.column.isForeign }: ClientWishes = {}): Promise<RealClient> {
    const { column, server } = this;
    return this.#host.open(
      {
        url: server.url,
        connectionType: column.connectionType,
        ...(token !== undefined && { token }),
      },
      {
        pageOrigin: isForeign ? originOf(this.#pages) : server.origin,
        ...(column.isReturning && { cookie: EARLIER }),
      },
    );
  }

  /** A client whose handshake was successful, subscribed to the patterns. */
  async welcome(...patterns: readonly string[]): Promise<RealClient> {
    const client = await this.open();
    expect(await client.handshake()).toEqual({ successful: true });
    for (const pattern of patterns) {
      expect(await client.subscribe(pattern)).toEqual({ successful: true });
    }
    return client;
  }

  async close(): Promise<void> {
    this.#pages.close();
    this.#pages.closeAllConnections();
    try {
      await this.#host.close();
    } finally {
      await this.server.stop();
    }
    expect(this.server.complaints).toEqual([]);
  }
}

function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
