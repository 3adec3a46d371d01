import type { TransportFactory } from "../transport.ts";
import { TabTransport } from "./tab-transport.ts";
import type { Browser } from "./words.ts";

/** The part of a `SharedWorker` that is used. */
export interface Worker {
  onerror: unknown;
}

export interface TabsOptions {
  /**
   * Starts the worker that has the connection: one that runs `serveTabs`. Where there is none, it cannot be loaded, or it has
   * said nothing for two seconds, one of the tabs has it. @default none
   */
  readonly worker?: () => Worker;
}

/** The shared connection where there is a browser that can have that, and else the transports themselves. */
export function tabsOf(
  browser: Browser | undefined,
  transports: readonly TransportFactory[],
  { worker }: TabsOptions,
): readonly TransportFactory[] {
  if (!browser) return transports;
  const begin = (stand: () => void): void => {
    try {
      (worker as () => Worker)().onerror = stand;
    } catch {
      // There is none, or there can be none.
      stand();
    }
  };
  return [
    {
      type: "tabs",
      isSupported: (world) => transports.some((factory) => factory.isSupported(world)),
      open: (host) => new TabTransport(host, browser, transports, begin),
    },
  ];
}
