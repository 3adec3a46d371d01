import { AsyncLocalStorage } from "node:async_hooks";
import type { Backlog } from "./backlog.ts";
import type { CometContext } from "./comet-context.ts";
import type { QuietFilters } from "./quiet-filters.ts";

export type Method = (...args: readonly unknown[]) => unknown;

/** A method with all that Nest puts around it. */
export interface Prepared {
  readonly run: (...args: readonly unknown[]) => Promise<unknown>;
  readonly filters: QuietFilters;
}

/** How a handler is called: for one result, or for many. */
export interface CallStyle {
  /** What of the method interceptors are to see. */
  wrap(method: Method): Method;
  /** What becomes of a result when the interceptors are through with it. */
  toResult(result: unknown): Promise<unknown>;
  start(prepared: Prepared, call: CometContext): Promise<unknown>;
}

/** The call that is under way, for those steps of it that Nest tells nothing of it. */
export const underWay: AsyncLocalStorage<{
  readonly call: CometContext;
  readonly backlog?: Backlog;
}> = new AsyncLocalStorage();

/** What `getArgs()` of an execution context are, and so what `switchToWs()` and `switchToHttp()` find. */
export function argumentsOf(call: CometContext): readonly unknown[] {
  return [call, call.data, call.message, call.params, call.channel];
}
