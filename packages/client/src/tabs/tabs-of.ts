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

type Site = Pick<TransportHost, "url" | "world">;

/** The shared connection where there is a browser that can have that, and else the transports themselves. */
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

/** Has the connection for the tabs, and is none itself. */
export function serve(
  { url, world }: Site,
  transports: readonly TransportFactory[],
  browser: Browser,
): void {
  const nothing = (): void => undefined;
  const host = {
    ...{ url, world, headers: async () => ({}) },
    ...{ receive: nothing, alive: nothing, fail: nothing },
  };
  new TabTransport(host, groundOf(host, transports, browser), (stand) => stand());
}

/** What all tabs with this URL share. */
function groundOf(
  { url, world }: Site,
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
