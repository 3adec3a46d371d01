import type { CometError } from "./comet-error.ts";
import type { Delivery } from "./subscriptions/subscription.ts";

/** What a client tells of itself, by the name of the event. */
export interface ClientEvents {
  /** The first handshake is on its way. */
  connecting: Event;
  connected: ConnectedEvent;
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

/** The server has answered a connect. */
export class ConnectedEvent extends Event {
  /** True where the server still knew the client, and false where everything was subscribed to anew. */
  readonly recovered: boolean;

  constructor(recovered: boolean) {
    super("connected");
    this.recovered = recovered;
  }
}

export class FailureEvent extends Event {
  readonly error: CometError | undefined;

  constructor(type: "interrupted" | "disconnected" | "error", error?: CometError) {
    super(type);
    this.error = error;
  }
}

export class MessageEvent extends Event {
  readonly message: Delivery;

  constructor(message: Delivery) {
    super("message");
    this.message = message;
  }
}

export class GapEvent extends Event {
  /** As the server said it: positions `from` and `to`. */
  readonly range: unknown;

  constructor(range: unknown) {
    super("gap");
    this.range = range;
  }
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
