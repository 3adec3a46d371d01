import type { ICometAsyncResult } from "../exchange/comet-async-result.ts";
import type { BrowserIdentity, Connection } from "../exchange/responder.ts";
import { Lane } from "../ports/lane.ts";
import { WheelTimer } from "../ports/timer-wheel.ts";
import { matches } from "../protocol/channels.ts";
import type { ClientRecord } from "../store/client-repository.ts";
import type { Cursor, LogEntry, OverflowPolicy, Position } from "../store/message-log.ts";
import { noteAhead } from "./being-ahead.ts";
import { Mailbox } from "./mailbox.ts";
import type { Milestone, Milestones } from "./milestones.ts";
import type { Seats } from "./occupancy.ts";
import { readProfile } from "./profile-text.ts";
import type { HeldConnect, OpenStream } from "./ways-out.ts";

/** What the application keeps with a client: plain JSON, set while the handshake is decided, read-only after. */
export type ClientData = { readonly [name: string]: unknown };

/** A session on the server: one Bayeux client, from its handshake until it is gone. */
export interface IClient {
  /** Secret: whoever knows it may act as the client. Never show it to others; see `publicId`. */
  readonly id: string;
  /** May be shown to everybody. */
  readonly publicId: string;
  /** What people know it by, where the application has given it a name. */
  readonly displayName: string | undefined;
  /** What the application's {@link IClientFactory} made for it. */
  readonly app: unknown;
  readonly data: ClientData;
  /** The channels and patterns it is subscribed to. */
  readonly subscriptions: readonly string[];
  /** True when a message on the channel would be delivered to it. */
  isSubscribedTo(channel: string): boolean;
  /** True while the client waits for messages: a connect of it is held, or a stream is open for it. */
  readonly isHeld: boolean;
  /** False once it has disconnected, expired or was removed. */
  readonly isAlive: boolean;
  /** Messages that wait for it. */
  readonly waiting: number;
  /**
   * The position of the last message that was sent to it: how far it will have got. Starts with that of the log when it was made.
   * Of one that acknowledges, what went over a stream counts when it is acknowledged. Where the log has several partitions, it
   * is a number of the client's own for one that acknowledges, and of no meaning for any other.
   */
  readonly position: Position;
  /** True when messages stay with it until it acknowledges them; see `HandshakingEvent.acknowledges`. */
  readonly acknowledges: boolean;
  /**
   * The messages up to this position have arrived. With its next connect it is sent again what it was sent after it.
   * Does nothing for a client that does not acknowledge.
   */
  acknowledge(position: Position): void;
}

/**
 * Makes what the application wants to have at hand for a client, as `client.app`: an object of a class of its own. Called
 * once for each client that this node begins to serve, also for one that comes from another node. One that throws has
 * the client refused.
 */
export interface IClientFactory {
  create(client: IClient): unknown;
}

/** How often a client comes back, in milliseconds. What is missing is as with all others. */
export interface ClientPace {
  /** How long a connect of it is held. @default the Comet's `timeout` */
  readonly timeout?: number;
  /** How long it is advised to wait between two connects. @default the Comet's `interval` */
  readonly interval?: number;
  /** How long it may stay away beyond that. @default the Comet's `maxInterval` */
  readonly maxInterval?: number;
}

/**
 * Messages of a channel's history that a new subscriber gets before all others: the `last` ones, or all that came
 * `since` a position, where -1 stands for none and -2 for all that are kept.
 */
export type ReplayRequest = { readonly last: number } | { readonly since: Position };

/** One client's one pattern, as the trie holds it. */
export interface Subscription {
  readonly client: LocalClient;
  readonly pattern: string;
  /** Messages after it match. */
  readonly since: Cursor;
  /** What of the channel's history it asked for. */
  readonly replay?: ReplayRequest;
  /** Whether the client may see a channel that the pattern covers, as far as it was asked. Only where a policy is to be asked. */
  readonly verdicts?: Map<string, boolean | PromiseLike<boolean>>;
}

/** What of a client is written to the store, beside what the store itself keeps. */
export interface ClientProfile {
  readonly publicId: string;
  readonly data: ClientData;
  /** The identity of the browser it was made in. */
  readonly browser?: string;
  /** True when that browser had presented the identity itself, so that it must do so each time. */
  readonly isBound?: boolean;
  readonly address?: string;
  /** True when the permission of its handshake was for a time only. */
  readonly isTemporary?: boolean;
  readonly displayName?: string;
  readonly pace?: ClientPace;
  /** The connection types that it may use. @default all that are served */
  readonly connectionTypes?: readonly string[];
  /** Milliseconds within which somebody must shake hands as this client, which was made before anybody did. */
  readonly presentWithin?: number;
  /** True when somebody has. */
  readonly isPresented?: boolean;
  /** True when it acknowledges the messages that it gets. */
  readonly acknowledges?: boolean;
  /** By what it acknowledges, where the log has several partitions. */
  readonly milestones?: readonly Milestone[];
  /** @default the policy of the Comet */
  readonly overflow?: OverflowPolicy;
}

export interface ILocalClientObserver {
  /** A held connect has been held long enough, or the client has been away for too long. */
  onTimer(client: LocalClient): void;
  /** The client has got these messages. */
  onAcknowledged(client: LocalClient, entries: readonly LogEntry[]): void;
}

/** A client that this node serves: its record, and what lives of it. */
export class LocalClient implements IClient {
  readonly id: string;
  /** Changes when somebody shakes hands as a client that was made before. */
  profile: ClientProfile;
  readonly generation: number;
  readonly mailbox: Mailbox;
  readonly patterns: Map<string, Subscription> = new Map();
  /** Everything but connects, one request after the other. */
  readonly lane: Lane = new Lane();
  /** What reads older messages for it, during which newer ones wait in `backlog`. */
  readonly reading: Lane = new Lane();
  /** Fires when a held connect has been held long enough, or when the client has been away for too long. */
  readonly timer: WheelTimer;
  /** Fires when the permission of the handshake is over. */
  renewal: WheelTimer | undefined;
  /** Fires when messages that wait for others have waited long enough. Set only while there are no others. */
  lazy: WheelTimer | undefined;
  /** As long as nobody has shaken hands as this client: within how many milliseconds somebody must. */
  awaited: number | undefined;
  /** The interval that goes with its connection type. */
  typeInterval = 0;
  /** The interval that it was told to wait between two connects. Undefined: the usual one. */
  toldInterval: number | undefined;
  /** True when it was told that its browser has too many clients to hold a connect for each. */
  isCrowded = false;
  /** True when its connects share connections of its browser with those of others. */
  isSharing = false;
  /** The connections of its browser, of which it occupies one. */
  occupies: Seats | undefined;
  app: unknown;
  isAlive = true;
  /** True of one that this node serves no more and that may live on at another. */
  isElsewhere = false;
  /** True while it is asked who serves it, because this node stood still and may have missed that another one does. */
  isDoubtful = false;
  isBound: boolean;
  hasConnected = false;
  /** In the list of those to whom something is to be delivered when the turn ends. */
  isMarked = false;
  held: HeldConnect | undefined;
  /** Its messages leave here while there is one, and with connects otherwise. */
  stream: OpenStream | undefined;
  /** The answer that may still fail to reach the client, and the messages in it. */
  unsettled:
    | {
        readonly result: ICometAsyncResult;
        readonly entries: readonly LogEntry[];
        /** While it waits for something before it may leave: gives it up, and has the messages wait again. */
        readonly recall?: () => void;
      }
    | undefined;
  connection: Connection | undefined;
  /**
   * By what the client's browser was last known: the connection on which it has shown its identity, or where connections do not
   * last, the identity. What proves another one takes its place.
   */
  provenBy: Connection | BrowserIdentity | undefined;
  /** What was lost for it and it has not been told of yet. */
  gap: { readonly from: Position; readonly to: Position } | undefined;
  /** What the reply that is about to leave tells it of that. */
  toldGap: LocalClient["gap"];
  /** How far it has got, by partition. Kept up to date only where the store outlives the process. */
  readonly cursor: Position[];
  /** Where the log has several partitions. */
  milestones: Milestones | undefined;
  position: Position;
  /** The last position that left with a connect and is known to have left or, where the client acknowledges, to have arrived. */
  answeredUpTo: Position = 0;
  /** What it has acknowledged and this node has not read yet. */
  ahead: Position | undefined;
  /** While older messages are being read: the newer ones, which must wait behind them. */
  backlog: LogEntry[] | undefined;
  /** Up to here its messages were read again: what the feed still brings of them it has already. */
  caughtUp: Cursor | undefined;
  /** The last message it was offered, so that one that matches several patterns is queued once. */
  lastOffered: LogEntry | undefined;

  readonly #observer: ILocalClientObserver;

  constructor(record: ClientRecord, observer: ILocalClientObserver) {
    this.#observer = observer;
    this.id = record.id;
    this.profile = readProfile(record.data);
    this.generation = record.generation;
    this.mailbox = new Mailbox(this.profile.acknowledges === true);
    this.cursor = [...record.cursor];
    // In several partitions, there is no one position that says it.
    this.position = record.cursor.length > 1 ? 0 : (record.cursor[0] ?? 0);
    this.isBound = this.profile.isBound === true;
    this.awaited = this.profile.isPresented ? undefined : this.profile.presentWithin;
    this.timer = new WheelTimer(() => observer.onTimer(this));
  }

  get publicId(): string {
    return this.profile.publicId;
  }

  get displayName(): string | undefined {
    return this.profile.displayName;
  }

  get data(): ClientData {
    return this.profile.data;
  }

  get subscriptions(): readonly string[] {
    return [...this.patterns.keys()];
  }

  get isHeld(): boolean {
    return this.held !== undefined || this.stream !== undefined;
  }

  get waiting(): number {
    return this.mailbox.waiting;
  }

  get acknowledges(): boolean {
    return this.mailbox.isKeeping;
  }

  acknowledge(position: Position): void {
    if (this.milestones !== undefined) {
      const hasArrived = this.milestones.arrivedWith(position);
      if (hasArrived === undefined) return;
      this.position = Math.max(this.position, position);
      this.haveArrived(hasArrived);
      return;
    }
    const arrived = this.mailbox.acknowledge(position);
    const last = arrived.at(-1);
    if (last !== undefined) {
      this.position = Math.max(this.position, last.position);
      this.answeredUpTo = Math.max(this.answeredUpTo, last.position);
      this.#observer.onAcknowledged(this, arrived);
    }
    noteAhead(this, position);
  }

  /** Of those that were sent, these need not be sent again. */
  haveArrived(hasArrived: (entry: LogEntry) => boolean): void {
    const arrived = this.mailbox.acknowledgeThose(hasArrived);
    if (arrived.length > 0) this.#observer.onAcknowledged(this, arrived);
  }

  /** What was not acknowledged is to be sent again. False: nothing is. */
  askAgain(): boolean {
    const first = this.mailbox.rewind();
    if (first === undefined) return false;
    this.position = this.milestones?.reached ?? first.position - 1;
    return true;
  }

  isSubscribedTo(channel: string): boolean {
    for (const pattern of this.patterns.keys()) if (matches(pattern, channel)) return true;
    return false;
  }
}
