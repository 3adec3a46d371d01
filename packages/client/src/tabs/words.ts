import { isMeta, type Message } from "../message.ts";

/** What the tabs of a browser have in common. */
export interface Browser {
  readonly locks: {
    /** Held until the promise that the action returns has settled. Rejects when it is aborted before it is granted. */
    request(
      name: string,
      options: { readonly signal: AbortSignal },
      action: () => unknown,
    ): Promise<unknown>;
  };
  /** Reaches everybody who has one of that name, this one excepted. */
  channel(name: string): Wire;
}

/** The part of a `BroadcastChannel` that is used. */
export interface Wire {
  onmessage: unknown;
  postMessage(words: unknown): void;
  close(): void;
}

/** What a hub knows of its session, and the next one needs to go on with it. */
export interface Shared {
  /** How far the tabs have got, as the server counts; undefined where it does not. */
  position?: number | undefined;
  /** What every tab that asks for the same is answered, by its key. */
  readonly known: Map<unknown, Message>;
  /** Who wants what. */
  readonly tabs: Map<string, ReadonlySet<string>>;
}

type Headers = Readonly<Record<string, string>>;

/** Everybody hears everything in the same order, and what he has said himself as well. */
export interface Words {
  readonly messages: readonly Message[];
  /** Whose words count from now on. */
  readonly heir?: string;
  /** Who asks. */
  readonly tab?: string;
  /** Those of each message, since symbols do not cross. */
  readonly own?: readonly (Headers | undefined)[];
  /** Those of all requests, from now on. */
  readonly headers?: Headers | undefined;
  /** All that the tab is subscribed to. */
  readonly patterns?: ReadonlySet<string>;
  /** Nobody in that tab waits for these any more. */
  readonly isAbandoned?: boolean;
  /** Who answers. */
  readonly hub?: string;
  readonly shared?: Shared;
  /** The code of the error with which these messages, which are requests then, get no answer. */
  readonly failed?: string;
  readonly isAlive?: boolean;
}

/** Nothing has been done with what is answered so. */
export const FORGOTTEN: Partial<Message> = {
  successful: false,
  error: "402::session_unknown",
  advice: { reconnect: "handshake" },
};

/** What tabs ask for under the same key has one answer. */
export function keyOf(message: Message): unknown {
  const { channel, id, subscription = "" } = message;
  return isMeta(message) ? channel + subscription : id;
}

/** Has the lock as soon as nobody else has, until the signal is given. The action runs in that moment. */
export function hold(
  { locks }: Browser,
  name: string,
  signal: AbortSignal,
  action: () => void,
): void {
  const held = () =>
    new Promise<void>((release) => {
      signal.addEventListener("abort", () => release());
      if (signal.aborted) release();
      else action();
    });
  locks.request(name, { signal }, held).catch(() => undefined);
}
