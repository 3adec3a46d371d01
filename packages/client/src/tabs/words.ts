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

/** A message on its way to the hub, with the headers of its own, since symbols do not cross. */
export interface Asked extends Message {
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Everybody hears everything in the same order, and what he has said himself as well. */
export interface Words {
  /** None in those of a hub: the server has shown that it is there. */
  readonly messages: readonly Asked[];
  /** Who asks. */
  readonly tab?: string;
  /** All that the tab is subscribed to; undefined when it is leaving. */
  readonly patterns?: ReadonlySet<string>;
  /** Nobody in that tab waits for these any more. */
  readonly isAbandoned?: boolean;
  /** Who has the connection. With nothing shared: from now on. */
  readonly hub?: string;
  readonly shared?: Shared;
  /** The code of the error with which these messages, which are requests then, get no answer. */
  readonly failed?: string;
}

export const HANDSHAKE = "/meta/handshake";

/** What tabs ask for under the same key has one answer. */
export function keyOf(message: Message): unknown {
  const { channel, id, subscription = "" } = message;
  return isMeta(message) ? channel + subscription : id;
}

/** Whom the server knows; undefined where there is no session. */
export function clientOf({ known }: Shared): string | undefined {
  return known.get(HANDSHAKE)?.clientId;
}
