/** What a server advises: how to go on after a connect, and when. */
export interface Advice {
  readonly reconnect?: "retry" | "handshake" | "none";
  /** Milliseconds to wait before the next connect. */
  readonly interval?: number;
  /** Milliseconds for which the server holds a connect. */
  readonly timeout?: number;
  /** Milliseconds after which the server forgets a client that stays away. */
  readonly maxInterval?: number;
  readonly "multiple-clients"?: boolean;
}

/** Room for extensions: one member for each. */
export type Ext = Readonly<Record<string, unknown>>;

/** Where a message has headers of its own, which are no part of its JSON. */
export const HEADERS: unique symbol = Symbol();

/** One message of the protocol, in either direction. */
export interface Message {
  readonly channel: string;
  readonly id?: string | number | undefined;
  readonly clientId?: string | undefined;
  readonly data?: unknown;
  readonly version?: string | undefined;
  readonly minimumVersion?: string | undefined;
  readonly supportedConnectionTypes?: readonly string[] | undefined;
  readonly connectionType?: string | undefined;
  readonly advice?: Advice | undefined;
  readonly subscription?: string | undefined;
  readonly successful?: boolean | undefined;
  /** `ddd:arguments:text`. */
  readonly error?: string | undefined;
  readonly ext?: Ext | undefined;
  readonly [HEADERS]?: Readonly<Record<string, string>> | undefined;
}

/** True of what is said about the connection itself. */
export function isMeta({ channel }: Message): boolean {
  return /^.meta\//.test(channel);
}

/** True of what nothing goes on without: a connect or a handshake. */
export function isVital({ channel }: Message): boolean {
  return /^.meta.(connect|handshake)/.test(channel);
}

/** True of an answer to a request, and false of a message that was published, and of the result of a call. */
export function isReply(message: Message): boolean {
  return message.data === undefined && message.successful !== undefined;
}

/** True of a reply that says that the server does not know the client. Nothing has been done with the request. */
export function isForgotten({ successful, error, advice }: Message): boolean {
  return successful === false && (advice?.reconnect === "handshake" || /^402:/.test(`${error}`));
}

/** The messages in what a peer sent, which may be anything. Throws where it is none. */
export function messagesIn(received: unknown): readonly Message[] {
  const messages = [received].flat() as (Message | null)[];
  if (messages.every(isMessage)) return messages;
  throw new Error("no reply");
}

/** True of what has a channel. */
export function isMessage(value: Partial<Message> | null | undefined): value is Message {
  return typeof value?.channel === "string";
}
