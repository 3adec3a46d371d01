import type { IClient, ReplayRequest } from "../clients/client.ts";
import type { EndReason } from "../clients/client-directory.ts";
import type { RequestContext } from "../exchange/responder.ts";
import type { Advice, Message } from "../protocol/message.ts";
import type { OverflowPolicy, Position } from "../store/message-log.ts";

/** Something that is about to happen and may be stopped. Listeners are awaited, in order. */
export interface CancellableEvent {
  /**
   * Stops it. The peer is told the reason, at most 200 characters of it. The first to cancel decides; later
   * listeners are not asked. The advice goes out with the reply to a handshake or a connect; other replies have none.
   */
  cancel(reason?: string, advice?: Advice): void;
  readonly isCancelled: boolean;
}

export interface HandshakingEvent extends CancellableEvent {
  readonly message: Message;
  readonly context: RequestContext;
  /** The client that `comet.createClient` made, where the handshake presents one. */
  readonly client: IClient | undefined;
  /** What the application wants to keep with the client: plain JSON. Starts with what it has, or with what the policy gave. */
  data: { [name: string]: unknown };
  /**
   * To be set by what reads the client's acknowledgements: messages then stay with the client until
   * `IClient.acknowledge`, leave with the replies to connects only, and are sent again with the next connect otherwise.
   * @default false
   */
  acknowledges: boolean;
}

interface ClientEvent {
  readonly client: IClient;
}

interface ClientRequestEvent extends ClientEvent {
  readonly message: Message;
  readonly context: RequestContext;
}

export interface ConnectingEvent extends ClientRequestEvent, CancellableEvent {}
export interface DisconnectingEvent extends ClientRequestEvent, CancellableEvent {}

export interface SubscribingEvent extends ClientRequestEvent, CancellableEvent {
  /** The channel or pattern. */
  readonly channel: string;
  /**
   * To be set by what reads what the client asks for: kept messages that it gets before all others. Only for a channel
   * with a history, and only when the client was not subscribed. @default as the channel's options say
   */
  replay: ReplayRequest | undefined;
}

export interface PublishingEvent extends CancellableEvent {
  readonly channel: string;
  /** May be changed: `data` is what subscribers will get. */
  readonly message: Message;
  /** Who publishes. Missing when it is the server itself. */
  readonly client?: IClient;
  readonly context?: RequestContext;
}

export interface PublishedEvent {
  readonly channel: string;
  readonly data: unknown;
  readonly position: Position;
  readonly client?: IClient;
}

export interface SubscriptionEvent extends ClientEvent {
  readonly channel: string;
}

/** What can be listened to, and what a listener is given. The names in -ing can be cancelled; the others are facts. */
export interface CometEvents {
  handshaking: HandshakingEvent;
  handshaken: ClientRequestEvent;
  connecting: ConnectingEvent;
  subscribing: SubscribingEvent;
  subscribed: SubscriptionEvent;
  /** Also raised for each subscription of a client that is gone. */
  unsubscribed: SubscriptionEvent;
  publishing: PublishingEvent;
  published: PublishedEvent;
  /** Messages have left for a client. */
  delivered: ClientEvent & { readonly count: number };
  disconnecting: DisconnectingEvent;
  disconnected: ClientEvent & { readonly reason: EndReason };
  /**
   * `dropped` messages for a client were thrown away: its mailbox was full, or, with the policy `conflate`, a newer one has
   * taken the place of one that waited. `channel` is that of the message that came.
   */
  overflow: ClientEvent & {
    readonly channel: string;
    readonly dropped: number;
    readonly policy: OverflowPolicy | "conflate";
  };
  /** A source threw; it is tried again in `retryIn` milliseconds. */
  sourceFailed: {
    readonly pattern: string;
    readonly cause: unknown;
    readonly retryIn: number;
  };
  /** Messages after `from`, up to `to`, are gone, and some of them may have been the client's. */
  gap: ClientEvent & { readonly from: Position; readonly to: Position };
}

export type CancellableEventName = {
  [Name in keyof CometEvents]: CometEvents[Name] extends CancellableEvent ? Name : never;
}[keyof CometEvents];

export type FactName = Exclude<keyof CometEvents, CancellableEventName>;

/** Events that concern a channel: their listeners may be limited to a pattern. */
export type ChannelEventName = {
  [Name in keyof CometEvents]: CometEvents[Name] extends { readonly channel: string }
    ? Name
    : never;
}[keyof CometEvents];

export type Listener<Name extends keyof CometEvents> = (event: CometEvents[Name]) => unknown;
