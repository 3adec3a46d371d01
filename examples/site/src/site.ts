import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Comet } from "@encke/core";

export { type PageOptions, pageOf } from "./page.ts";
export { runUntilSignal } from "./signals.ts";
export { type SiteStore, storeOf } from "./store.ts";

/** Milliseconds that a browser may go on reading what it was answered when the site closes. */
const LAST_WORD = 1_000;

export interface SiteOptions {
  /** @default 0, any that is free */
  readonly port?: number | undefined;
  /** @default every address of this machine */
  readonly host?: string | undefined;
}

export interface Site {
  readonly comet: Comet;
  readonly port: number;
  /** Sends everybody away in order, and settles when the port is free again. A second call waits for the same end. */
  close(): Promise<void>;
}

/** Lets the server listen. When the store cannot be opened or the port is taken it closes the Comet, and rejects. */
export async function openSite(
  server: Server,
  comet: Comet,
  { port = 0, host }: SiteOptions,
): Promise<Site> {
  try {
    await comet.opened;
    server.listen({ port, host });
    await once(server, "listening");
  } catch (error) {
    await comet.close();
    throw error;
  }
  const address = server.address() as AddressInfo;
  let ended: Promise<void> | undefined;
  const close = (): Promise<void> => {
    ended ??= end(server, comet);
    return ended;
  };
  return { comet, port: address.port, close };
}

async function end(server: Server, comet: Comet): Promise<void> {
  const closed = once(server, "close");
  server.close();
  await comet.close();
  server.closeIdleConnections();
  setTimeout(() => server.closeAllConnections(), LAST_WORD).unref();
  await closed;
}
