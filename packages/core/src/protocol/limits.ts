import type { ChannelLimits } from "./channels.ts";

/** What a peer may cost. All are on by default; sizes are bytes of UTF-8 unless the docstring says otherwise. */
export interface Limits extends ChannelLimits {
  /** One HTTP body, one WebSocket message. @default 65_536 */
  readonly bodyBytes: number;
  /** Messages in one request. @default 100 */
  readonly messagesPerRequest: number;
  /** How deep objects and arrays of a request may be nested. @default 32 */
  readonly jsonDepth: number;
  /** Characters of a message's `id`. @default 64 */
  readonly idLength: number;
  /** Characters of the JSON of a message's `ext`. @default 4_096 */
  readonly extLength: number;
  /** Characters of a channel's name. @default 256 */
  readonly channelLength: number;
  /** Segments of a channel's name. @default 16 */
  readonly channelDepth: number;
  /** Patterns in one subscribe message. @default 50 */
  readonly subscriptionsPerMessage: number;
  /** Patterns one client may be subscribed to. @default 500 */
  readonly subscriptionsPerClient: number;
  /** Requests of one client that wait for an earlier one of it to be processed. @default 64 */
  readonly waitingRequestsPerClient: number;
  /** Remote calls of one client that are under way. @default 64 */
  readonly callsPerClient: number;
  /** Clients that present the same browser identity. @default 100 */
  readonly clientsPerBrowser: number;
  /** Clients from one remote address. A whole company may stand behind one. @default 20_000 */
  readonly clientsPerAddress: number;
  /** Messages that wait for one client. @default 1_000 */
  readonly mailboxMessages: number;
  /** Bytes of the messages that wait for one client. @default 1_048_576 */
  readonly mailboxBytes: number;
  /** Milliseconds within which a message must have been handled, policies and handlers included. @default 30_000 */
  readonly handlerTimeout: number;
}

/** Characters of a client id, a connection type or a version. */
export const NAME_LENGTH = 128;

export const DEFAULT_LIMITS: Limits = {
  bodyBytes: 65_536,
  messagesPerRequest: 100,
  jsonDepth: 32,
  idLength: 64,
  extLength: 4_096,
  channelLength: 256,
  channelDepth: 16,
  subscriptionsPerMessage: 50,
  subscriptionsPerClient: 500,
  waitingRequestsPerClient: 64,
  callsPerClient: 64,
  clientsPerBrowser: 100,
  clientsPerAddress: 20_000,
  mailboxMessages: 1_000,
  mailboxBytes: 1_048_576,
  handlerTimeout: 30_000,
};
