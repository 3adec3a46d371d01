import type { Message } from "../message.ts";
import type { Cancel } from "../world.ts";

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
  /** What the server answered to the handshake; undefined where there is no client. */
  readonly welcome: Message | undefined;
  /** What was received, as the server counts. */
  readonly position: number | undefined;
  /** The patterns that the server has confirmed. */
  readonly confirmed: readonly string[];
  /** Who wants what. */
  readonly tabs: readonly (readonly [tab: string, patterns: readonly string[]])[];
}

/** From a tab. Without messages it asks who is there. */
export interface TabWords {
  readonly tab: string;
  /** Symbols do not cross, so headers of a message go beside it. */
  readonly messages: readonly (readonly [
    message: Message,
    headers?: Readonly<Record<string, string>>,
  ])[];
  /** Of all requests, from now on. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** From the hub, to one tab or to all. */
export interface HubWords {
  readonly hub: string;
  readonly shared: Shared;
  readonly tab?: string;
  /** As they came from the server, or replies to one tab. */
  readonly messages?: readonly Message[];
  /** The code of the error with which these, or else all, get no answer. */
  readonly failed?: string;
  readonly ids?: readonly unknown[];
  readonly isAlive?: true;
}

/** Nothing has been done with what is answered so. */
export const FORGOTTEN: Partial<Message> = {
  successful: false,
  error: "402::session_unknown",
  advice: { reconnect: "handshake" },
};

/** Has the lock as soon as nobody else has, until the result is called. The action runs in that moment. */
export function hold({ locks }: Browser, name: string, action: () => void): Cancel {
  const end = new AbortController();
  const { signal } = end;
  const held = () =>
    new Promise<void>((release) => {
      signal.addEventListener("abort", () => release());
      if (signal.aborted) release();
      else action();
    });
  locks.request(name, { signal }, held).catch(() => undefined);
  return () => end.abort();
}
