import type { Log } from "./log.ts";
import type { CometMessage, Failure } from "./message.ts";

/** One listener, or one callback of a subscription. */
export interface ListenerHandle {
  readonly id: number;
  readonly channel: string;
  readonly scope: unknown;
  readonly callback: (message: CometMessage) => void;
  /** True of one that was added by `addListener`. */
  readonly listener: boolean;
}

export type SubscriptionHandle = ListenerHandle;

/** What an application may set on a `CometD`, to be told of what it would else find in the log. */
export class Hooks {
  onListenerException:
    | ((
        exception: unknown,
        handle: ListenerHandle,
        isListener: boolean,
        message: CometMessage,
      ) => void)
    | undefined;
  onCallbackException: ((exception: unknown, message: CometMessage) => void) | undefined;
  onExtensionException:
    | ((exception: unknown, name: string, outgoing: boolean, message: CometMessage) => void)
    | undefined;
  /** A transport has failed before it ever worked. Another one, if there is any, takes its place. */
  onTransportException:
    | ((failure: Failure, oldTransport: string | null, newTransport: string | null) => void)
    | undefined;
  /** A handshake or a connect has failed. Calling the handler decides how to go on. */
  onTransportFailure:
    | ((message: CometMessage, info: FailureInfo, handler: (info: FailureInfo) => void) => void)
    | undefined;
}

/** What comes after the failure of a handshake or a connect. */
export interface FailureInfo {
  /** `none` gives up, and everything else is done as it is. */
  action?: string;
  /** Another address for the transport, from the next attempt on. */
  url?: string;
}

/** Runs what belongs to the application. What it throws is given to the hook, with the details, or else to the log. */
export type Guard = <T>(
  action: () => T,
  hook: keyof Hooks,
  ...details: readonly unknown[]
) => T | undefined;

export function guardOf(hooks: Hooks, log: Log): Guard {
  return (action, name, ...details) => {
    try {
      return action();
    } catch (exception) {
      tell(hooks, log, name, [exception, ...details]);
      return undefined;
    }
  };
}

/** Calls the hook, if it is set. */
export function tell(hooks: Hooks, log: Log, name: keyof Hooks, details: readonly unknown[]): void {
  const hook = hooks[name] as ((...details: readonly unknown[]) => void) | undefined;
  try {
    if (typeof hook === "function") hook.apply(hooks, [...details]);
    else log.write("info", name, ...details);
  } catch (exception) {
    log.write("info", `Exception in ${name}`, exception);
  }
}
