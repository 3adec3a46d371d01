import type { CometError } from "./comet-error.ts";
import type { Delivery } from "./subscriptions/subscription.ts";

/** What a client tells of itself, by the name of the event. */
export interface ClientEvents {
  /** The first handshake is on its way. */
  connecting: Event;
  /** The server has answered a connect: the first one, or the first after the connection broke. */
  connected: ConnectedEvent;
  /** The same, where the server still knew the client. Comes after `connected`. */
  recovered: Event;
  /** The connection broke, or the server has forgotten the client, which is coming back by itself. */
  interrupted: FailureEvent;
  /** `error` is missing where the application wanted it. */
  disconnected: FailureEvent;
  /** Any message on any channel, before its listeners get it. */
  message: MessageEvent;
  /** The server no longer has messages that were for this client. */
  gap: GapEvent;
  /** An attempt has failed, a listener threw, or a subscription was refused. */
  error: FailureEvent;
}

export interface ConnectedEvent extends Event {
  /** True where the server still knew the client, and false where everything was subscribed to anew. */
  readonly recovered: boolean;
}

export interface FailureEvent extends Event {
  readonly error: CometError | undefined;
}

export interface MessageEvent extends Event {
  readonly message: Delivery;
}

export interface GapEvent extends Event {
  /** As the server said it: positions `from` and `to`. */
  readonly range: unknown;
}

/** An `EventTarget` whose listeners know what they are called with. */
export interface TypedTarget<Events> {
  addEventListener<Type extends keyof Events & string>(
    type: Type,
    listener: (event: Events[Type]) => void,
    options?: { readonly once?: boolean; readonly signal?: AbortSignal },
  ): void;
  removeEventListener<Type extends keyof Events & string>(
    type: Type,
    listener: (event: Events[Type]) => void,
  ): void;
  dispatchEvent(event: Event): boolean;
}

export const ClientEventTarget: new () => TypedTarget<ClientEvents> =
  EventTarget as new () => TypedTarget<ClientEvents>;

/** What an event has beyond others. */
export type EventFields<Type extends keyof ClientEvents> = Omit<ClientEvents[Type], keyof Event>;
