import type { TransportFactory } from "../transport.ts";
import { TabTransport } from "./tab-transport.ts";
import type { Browser } from "./words.ts";

/** The part of a `SharedWorker` that is used. */
export interface Worker {
  onerror: unknown;
}

export interface TabsOptions {
  /**
   * Starts the worker that has the connection: one that runs `serveTabs`. Where there is none, or it cannot be loaded, one of
   * the tabs has it. @default none
   */
  readonly worker?: () => Worker;
}

/** The shared connection where there is a browser that can have that, and then the transports themselves. */
export function tabsOf(
  browser: Browser | undefined,
  transports: readonly TransportFactory[],
  { worker }: TabsOptions,
): readonly TransportFactory[] {
  const shared: TransportFactory = {
    type: "tabs",
    isSupported: () => browser !== undefined,
    open: (host) => {
      const { url, world } = host;
      const ground = { name: nameOf(url), url, world, transports, browser: browser as Browser };
      return new TabTransport(host, ground, worker && ((stand) => begin(worker, stand)));
    },
  };
  return [shared, ...transports];
}

/** Of what all tabs with this URL share. */
export function nameOf(url: string): string {
  const { location } = globalThis as { readonly location?: { readonly href: string } };
  return `encke ${new URL(url, location?.href).href}`;
}

function begin(worker: () => Worker, stand: () => void): void {
  try {
    worker().onerror = stand;
  } catch {
    stand();
  }
}
