import type { World } from "../world.ts";
import type { Backoff } from "./backoff.ts";
import type { Settled } from "./configuration.ts";
import type { ExtensionChain } from "./extensions/extension-chain.ts";
import type { Guard, Hooks } from "./hooks.ts";
import type { Listeners } from "./listeners.ts";
import type { Log } from "./log.ts";
import type { TimeoutListener } from "./patience.ts";
import type { TransportRegistry } from "./transports/transport-registry.ts";

/** What a `CometD` keeps from one handshake to the next. */
export interface Ground {
  readonly world: World;
  readonly log: Log;
  readonly hooks: Hooks;
  readonly guard: Guard;
  readonly listeners: Listeners;
  readonly extensions: ExtensionChain;
  readonly transports: TransportRegistry;
  readonly backoff: Backoff;
  /** Asked before an answer is not waited for any more. */
  readonly timeoutListeners: Set<TimeoutListener>;
  configuration(): Settled;
  /** True where somebody else takes care of what happens when the page is left. */
  isReloadable(): boolean;
}
