import type { CometHttpOptions } from "@encke/adapter-node-http";
import type { Comet, CometOptions, IClient, Ports } from "@encke/core";
import { serve } from "../../http/support/serve.ts";
import { until } from "../../http/support/until.ts";
import type { FakePorts } from "../../support/fake-ports.ts";
import { quietComet } from "../../websocket/support/serve-sockets.ts";
import { Page, type PageOptions } from "./page.ts";
import type { Transport } from "./transports.ts";

/** A Comet behind a real server, and the pages that come to it by one transport. */
export class Wire {
  readonly comet: Comet;
  readonly url: string;
  readonly port: number;
  readonly transport: Transport;

  private constructor(parts: Pick<Wire, "comet" | "url" | "port" | "transport">) {
    this.comet = parts.comet;
    this.url = parts.url;
    this.port = parts.port;
    this.transport = parts.transport;
  }

  static async open(
    transport: Transport,
    options: Omit<CometOptions, "store"> = {},
    httpOptions: CometHttpOptions = {},
  ): Promise<Wire> {
    const comet = quietComet(options);
    // Connects are held for the same time, whichever way they come.
    const { timeout: maxStreamAge } = options;
    const { url, port } = await serve(comet, {
      ...(maxStreamAge !== undefined && { maxStreamAge }),
      ...httpOptions,
    });
    return new Wire({ comet, url, port, transport });
  }

  /** A page that has not said anything yet. */
  page(options?: PageOptions, transport: Transport = this.transport): Promise<Page> {
    return Page.open(transport, this.url, options);
  }

  /** A page whose client has shaken hands. */
  async client(options?: PageOptions): Promise<Page> {
    const page = await this.page(options);
    await page.handshake();
    return page;
  }

  /** One that has connected once, so that its next connect is held. */
  async connected(options?: PageOptions): Promise<Page> {
    const page = await this.client(options);
    await page.connect();
    return page;
  }

  /** A connected one that is subscribed. */
  async subscriber(...patterns: readonly string[]): Promise<Page> {
    const page = await this.connected();
    await page.subscribe(...patterns);
    return page;
  }

  /** Sends a connect and waits until it is held. Returns its id. */
  async hold(page: Page): Promise<string> {
    const id = page.poll();
    await until(() => this.onServer(page)?.isHeld === true);
    return id;
  }

  onServer({ clientId }: Page): IClient | undefined {
    return this.comet.client(clientId);
  }
}

/** A clock that stands still until a test moves it. Turns of the event loop end as they always do. */
export function clockOf({ now, after }: FakePorts): Partial<Ports> {
  return { now, after };
}
