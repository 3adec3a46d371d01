import { absoluteUrl } from "../absolute-url.ts";
import type { TransportFactory, TransportHost } from "../transport.ts";
import type { Ground } from "./hub.ts";
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
  if (browser === undefined) return transports;
  const shared: TransportFactory = {
    type: "tabs",
    isSupported: (world) => transports.some((factory) => factory.isSupported(world)),
    open: (host) =>
      new TabTransport(host, groundOf(host, transports, browser), (stand) => begin(worker, stand)),
  };
  return [shared];
}

/** What all tabs with this URL share. */
export function groundOf(
  { url, world }: Pick<TransportHost, "url" | "world">,
  transports: readonly TransportFactory[],
  browser: Browser,
): Ground {
  return {
    ...{ url, world, browser },
    name: `encke ${absoluteUrl(url)}`,
    transports: transports.filter((factory) => factory.isSupported(world)),
  };
}

function begin(worker: TabsOptions["worker"], stand: () => void): void {
  try {
    if (worker === undefined) stand();
    else worker().onerror = stand;
  } catch {
    stand();
  }
}
