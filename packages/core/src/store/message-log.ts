import type { Awaitable } from "../ports/awaitable.ts";

/** Place of a message in one partition. Strictly increasing there, never used twice, with holes, below 2^53. */
export type Position = number;

/** A {@link Position} for each partition, by its index: how far a client has got. With one partition: `[n]`. */
export type Cursor = readonly Position[];

/** A message on its way into the log. */
export interface Publication {
  readonly channel: string;
  /** The complete Bayeux message as it will be delivered. Of no meaning to the store, and kept once. */
  readonly json: string;
  /**
   * Whether the JSON has one byte for each character, in UTF-8: what is known is not looked for again. A store may keep it with
   * this very JSON. In publications of core it is no member of their own, so that a copy of one, perhaps with other JSON,
   * does not have it unless somebody takes care of it.
   * @default it is not known
   */
  readonly isAscii?: boolean | undefined;
  /** Only for this client, by its id or its public id, whatever its subscriptions. `*`: for every client. */
  readonly to?: string;
  /** Not for this client, by its id or its public id. */
  readonly except?: string;
  /**
   * Makes repeating safe: a publication whose `sequence` is not above the last one seen for `key` is not
   * stored again and is reported as a duplicate. Needs the ability `producerKeys`.
   */
  readonly producer?: { readonly key: string; readonly sequence: number };
  /** Keep it in the channel's history. Needs {@link IHistory}. */
  readonly keep?: Retention;
  /** How it is to be delivered. Of no meaning to the store, which gives it back as it was. */
  readonly hints?: DeliveryHints;
}

/** The bounds of a channel's history. The oldest messages go first. */
export interface Retention {
  readonly count: number;
  /** Milliseconds that a message is kept. */
  readonly ms: number;
  /** Bytes of the messages' JSON. @default no bound */
  readonly bytes?: number;
}

/**
 * What happens to a message for which there is no room: the oldest one makes room for it, it is thrown away itself, or
 * its receiver is.
 */
export type OverflowPolicy = "drop-oldest" | "drop-newest" | "disconnect";

export interface DeliveryHints {
  /** A newer message of the channel with the same key takes its place as long as it waits. */
  readonly key?: string;
  /** Milliseconds that it may wait for others with which it can leave. */
  readonly lazy?: number;
  /** @default the policy of the client, or else of the Comet */
  readonly overflow?: OverflowPolicy;
  /** Index in `json` of a digit 0 in the place of which the message's position is to be written. */
  readonly positionAt?: number;
}

export interface LogEntry extends Publication {
  readonly position: Position;
}

/** News of clients that a store with many nodes puts into the log, in order with the messages. */
export type ControlEntry =
  | {
      /** Another node has claimed the client that `from` served. */
      readonly type: "moved";
      readonly client: string;
      readonly from: string;
      readonly generation: number;
      readonly position: Position;
    }
  | {
      /** A subscription changed through another node than the one that serves the client. */
      readonly type: "subscribed" | "unsubscribed";
      readonly client: string;
      readonly owner: string;
      readonly pattern: string;
      readonly position: Position;
    }
  | {
      readonly type: "ended";
      readonly client: string;
      readonly owner: string;
      readonly reason: string;
      readonly position: Position;
    };

export interface AppendResult {
  readonly position: Position;
  /** True: this producer's sequence was there already, and nothing was stored. */
  readonly isDuplicate: boolean;
}

export interface ReadResult {
  /** In ascending order. */
  readonly entries: readonly LogEntry[];
  /** False: more follow. */
  readonly isComplete: boolean;
  /** True: entries after the position that was asked for are gone for good. */
  readonly hasGap: boolean;
}

/** `stalled`: the store cannot be reached; publishes wait or are refused. `recovering`: it is back and being compared. */
export type LogState = "live" | "stalled" | "recovering";

/** What core hears from the log. Called synchronously; never throws. */
export interface ILogListener {
  /** In order of position, without holes, each entry once in the life of the node. */
  onEntries(partition: number, entries: readonly LogEntry[]): void;
  onControl(partition: number, entry: ControlEntry): void;
  /** The entries after `from`, up to and including `to`, are gone for good. The only way to lose, and never silent. */
  onGap(partition: number, from: Position, to: Position): void;
  onState(state: LogState): void;
  /**
   * Optional to call: the store has forgotten its clients. Each node puts those back that it serves, with
   * `IClientRepository.putBack`, and the store must not say meanwhile that it does not know them.
   */
  onForgotten?(): void;
}

/** The ordered record of everything published. Publishing is one append, whatever the number of subscribers. */
export interface IMessageLog {
  /** Where there are several, nothing is in order between them, and news of a client may stand in any of them. */
  readonly partitions: number;
  /** Pure and synchronous. */
  partitionOf(channel: string): number;
  /**
   * Gives the message a position and makes it visible to the feed of every node and to `read`, or does neither.
   * Appends of one caller keep their order in a partition. Settles when the message is as safe as the store promises.
   * After a rejection it may or may not be in the log; repeating it with the same `producer` is safe.
   */
  append(publication: Publication): Awaitable<AppendResult>;
  /** Starts the feed at the current head. Called once, before any append. */
  open(listener: ILogListener): Awaitable<void>;
  /** A hint, counted by the store: this node has clients that want the pattern, or one less. */
  interest?(pattern: string, isWanted: boolean): void;
  /** Entries with a position above `after`, at most `limit`. */
  read(partition: number, after: Position, limit: number): Awaitable<ReadResult>;
  /** The last position given out. Before the first append: the position that comes before it. */
  head(partition: number): Awaitable<Position>;
}
