import { type ClientOptions, headersOf } from "./settings.ts";
import { type TabsOptions, tabsOf } from "./tabs/tabs-of.ts";
import type { Browser, Wire } from "./tabs/words.ts";
import type { TransportFactory } from "./transport.ts";
import { surroundings } from "./world.ts";

export type { TabsOptions, Worker } from "./tabs/tabs-of.ts";

/**
 * What to give as `transports` to have all tabs with the same URL share one session and one connection, over these. Each has
 * a connection of its own where there are no Web Locks or no BroadcastChannel.
 */
export function tabs(
  transports: readonly TransportFactory[],
  options: TabsOptions = {},
): readonly TransportFactory[] {
  return tabsOf(thisBrowser(), transports, options);
}

/**
 * Has the connection for the tabs. To be called by a SharedWorker, with the same URL as theirs. The headers of its requests
 * are its own.
 */
export function serveTabs(
  url: string,
  transports: readonly TransportFactory[],
  options?: Pick<ClientOptions, "headers" | "getToken">,
): void {
  const nothing = (): void => undefined;
  tabs(transports)[0]?.open({
    ...{ url, world: surroundings(), headers: () => headersOf({ headers: {}, ...options }) },
    ...{ receive: nothing, alive: nothing, fail: nothing },
  });
}

function thisBrowser(): Browser | undefined {
  const { addEventListener, navigator, BroadcastChannel } = globalThis as unknown as {
    readonly addEventListener?: unknown;
    readonly navigator?: Partial<Browser>;
    readonly BroadcastChannel?: new (name: string) => Wire;
  };
  const { locks } = navigator ?? {};
  // Node has the others, and nothing to share.
  if (!addEventListener || !locks || !BroadcastChannel) return undefined;
  return { locks, channel: (name) => new BroadcastChannel(name) };
}
