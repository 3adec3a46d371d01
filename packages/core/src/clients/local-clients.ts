import { RenewedMap } from "../collections/renewed-map.ts";
import { type Awaitable, isPromise } from "../ports/awaitable.ts";
import { byteLengthOf } from "../protocol/byte-length.ts";
import { ChannelTrie } from "../protocol/channel-trie.ts";
import { isWildcard, matches } from "../protocol/channels.ts";
import type { Cursor, LogEntry, OverflowPolicy, Position } from "../store/message-log.ts";
import { reach } from "./being-ahead.ts";
import { Census, type CensusLimits } from "./census.ts";
import type { LocalClient, ReplayRequest, Subscription } from "./client.ts";
import { hasAlready, isExcepted, isNamed } from "./concerns.ts";
import type { Deliveries } from "./deliveries.ts";
import type { MailboxLimits } from "./mailbox.ts";
import { newestThatFit } from "./newest-that-fit.ts";

/** In the place of a client in `to`: a message is for every client, whatever it is subscribed to. */
export const EVERYBODY = "*";

const CONFLATED: Overflow = { dropped: 1, policy: "conflate" };
/** Channels of which a wildcard subscription remembers whether its client may see them. */
const VERDICTS_KEPT = 1_000;

/** Who wants to know what anybody on this node is subscribed to. */
export interface IPatternObserver {
  /** The channel or pattern has its first subscriber. */
  onFirst(pattern: string): void;
  /** It has none any more. */
  onLast(pattern: string): void;
}

export interface LocalClientsOptions {
  readonly limits: MailboxLimits & CensusLimits;
  readonly overflow: OverflowPolicy;
  /**
   * Asked for each concrete channel that a wildcard subscription covers. Never throws, never rejects.
   * Where it is missing, whoever may subscribe to the pattern may see all that it covers.
   */
  readonly maySee?: (client: LocalClient, channel: string) => Awaitable<boolean>;
  /** Messages were thrown away: `entry`, or others for it, as the policy says. */
  onOverflow(client: LocalClient, entry: LogEntry, overflow: Overflow): void;
}

/** How many messages were thrown away, and why. */
export interface Overflow {
  readonly dropped: number;
  /** `conflate`: a newer message took the place of one that waited. */
  readonly policy: OverflowPolicy | "conflate";
}

/**
 * The clients that this node serves, by id and, through the trie, by what they are subscribed to.
 * Offers each entry of the log to those whom it concerns; its cost depends on their number only.
 */
export class LocalClients {
  readonly #options: LocalClientsOptions;
  readonly #deliveries: Deliveries;
  readonly #byId = new RenewedMap<string, LocalClient>();
  readonly #byPublicId = new RenewedMap<string, LocalClient>();
  readonly #trie = new ChannelTrie<Subscription>();
  #subscriptions = 0;

  patternObserver: IPatternObserver | undefined;
  /** The position of the last message that the feed has brought, by partition. */
  readonly heads: Position[] = [];
  /** Counts them by where they come from. */
  readonly census: Census;

  constructor(deliveries: Deliveries, options: LocalClientsOptions) {
    this.#deliveries = deliveries;
    this.#options = options;
    this.census = new Census(options.limits);
  }

  get size(): number {
    return this.#byId.size;
  }

  get subscriptions(): number {
    return this.#subscriptions;
  }

  [Symbol.iterator](): IterableIterator<LocalClient> {
    return this.#byId.values();
  }

  get(id: string): LocalClient | undefined {
    return this.#byId.get(id);
  }

  withPublicId(publicId: string): LocalClient | undefined {
    return this.#byPublicId.get(publicId);
  }

  add(client: LocalClient): void {
    this.#byId.set(client.id, client);
    this.#byPublicId.set(client.publicId, client);
    this.census.add(client.profile);
  }

  remove(client: LocalClient): void {
    client.isAlive = false;
    if (this.#byId.delete(client.id)) this.census.remove(client.profile);
    if (this.#byPublicId.get(client.publicId) === client) this.#byPublicId.delete(client.publicId);
    for (const pattern of [...client.patterns.keys()]) this.unsubscribe(client, pattern);
  }

  /** True when some client is subscribed to exactly this channel or pattern. */
  hasSubscriber(pattern: string): boolean {
    return this.#trie.has(pattern);
  }

  /** Does nothing when the client is subscribed already. */
  subscribe(client: LocalClient, pattern: string, since: Cursor, replay?: ReplayRequest): void {
    if (client.patterns.has(pattern)) return;
    const isAsked = this.#options.maySee !== undefined && isWildcard(pattern);
    const plain: Subscription = { client, pattern, since };
    const subscription =
      isAsked || replay !== undefined
        ? { ...plain, ...(replay && { replay }), ...(isAsked && { verdicts: new Map() }) }
        : plain;
    const isFirst = !this.#trie.has(pattern);
    client.patterns.set(pattern, subscription);
    this.#trie.add(pattern, subscription);
    this.#subscriptions++;
    if (isFirst) this.patternObserver?.onFirst(pattern);
  }

  unsubscribe(client: LocalClient, pattern: string): boolean {
    const subscription = client.patterns.get(pattern);
    if (subscription === undefined) return false;
    client.patterns.delete(pattern);
    this.#trie.remove(pattern, subscription);
    this.#subscriptions--;
    if (!this.#trie.has(pattern)) this.patternObserver?.onLast(pattern);
    return true;
  }

  /** The cursor, moved on to where the feed has got. */
  moveOn(cursor: Cursor): Cursor {
    return cursor.map((position, at) => Math.max(position, this.heads[at] ?? 0));
  }

  /** Offers an entry of the feed to all whom it concerns. */
  offer(partition: number, entry: LogEntry): void {
    this.heads[partition] = entry.position;
    if (entry.to === undefined) {
      // Not looked at where nobody wants it.
      let bytes: number | undefined;
      this.#trie.visit(entry.channel, (to) => {
        bytes ??= byteLengthOf(entry);
        this.#offerTo(to, partition, entry, bytes);
      });
      return;
    }
    const bytes = byteLengthOf(entry);
    for (const client of this.#addressees(entry.to)) {
      if (isExcepted(client, entry) || hasAlready(client, partition, entry)) continue;
      this.#queue(client, entry, bytes);
    }
  }

  /** Offers an entry that was read again, or had to wait, to one client. */
  offerAgain(client: LocalClient, partition: number, entry: LogEntry): void {
    if (hasAlready(client, partition, entry)) return;
    if (entry.to !== undefined) {
      const isFor = entry.to === EVERYBODY || isNamed(client, entry.to);
      if (isFor && !isExcepted(client, entry)) this.#queue(client, entry, byteLengthOf(entry));
      return;
    }
    if (!client.isSubscribedTo(entry.channel)) return;
    const bytes = byteLengthOf(entry);
    client.lastOffered = undefined;
    // The channel itself first, as in the trie: for whom it was named, what a wildcard may not see does not count.
    const named = client.patterns.get(entry.channel);
    if (named !== undefined) this.#offerTo(named, partition, entry, bytes);
    for (const subscription of client.patterns.values()) {
      if (!matches(subscription.pattern, entry.channel)) continue;
      this.#offerTo(subscription, partition, entry, bytes);
    }
  }

  /** Brings a mailbox that took messages back under its limits again: a peer that reads nothing must not fill it for ever. */
  trim(client: LocalClient): void {
    const { limits, overflow, onOverflow } = this.#options;
    const policy = client.profile.overflow ?? overflow;
    const removed = client.mailbox.trim(limits, policy === "drop-oldest" ? "front" : "back");
    const last = removed.at(-1);
    if (last !== undefined) onOverflow(client, last, { dropped: removed.length, policy });
  }

  /** Queues an entry of a channel's history, whatever the feed has brought of later ones. */
  queueReplayed(client: LocalClient, entry: LogEntry): void {
    this.#queue(client, entry, byteLengthOf(entry));
  }

  /** The last of the entries, as many as the client has room for. The others count as thrown away. */
  fitting(client: LocalClient, entries: readonly LogEntry[]): readonly LogEntry[] {
    const fitting = newestThatFit(entries, client.mailbox, this.#options.limits);
    const dropped = entries.length - fitting.length;
    const last = entries[dropped - 1];
    if (last !== undefined) {
      this.#options.onOverflow(client, last, { dropped, policy: this.#policyFor(client, last) });
    }
    return fitting;
  }

  #addressees(to: string): Iterable<LocalClient> {
    if (to === EVERYBODY) return this.#byId.values();
    const client = this.#byId.get(to) ?? this.#byPublicId.get(to);
    return client === undefined ? [] : [client];
  }

  #offerTo(subscription: Subscription, partition: number, entry: LogEntry, bytes: number): void {
    const { client, verdicts } = subscription;
    if (client.lastOffered === entry || isExcepted(client, entry)) return;
    if (entry.position <= (subscription.since[partition] as Position)) return;
    if (hasAlready(client, partition, entry)) return;
    client.lastOffered = entry;
    const verdict = verdicts === undefined || this.#verdict(client, verdicts, entry.channel);
    if (verdict === false) return;
    const isQueued = this.#queue(client, entry, bytes);
    if (isQueued && isPromise(verdict)) this.#suspend(client, entry, verdict);
  }

  /** False: it is not in the mailbox, because it waits behind older ones or found no room. */
  #queue(client: LocalClient, entry: LogEntry, bytes: number): boolean {
    if (client.backlog !== undefined) {
      this.#keepForLater(client, client.backlog, entry);
      return false;
    }
    const { mailbox } = client;
    const { hints } = entry;
    if (hints?.key !== undefined && mailbox.removeOlder(entry)) {
      this.#options.onOverflow(client, entry, CONFLATED);
    }
    const hasRoom = mailbox.hasRoom(bytes, this.#options.limits);
    if (!hasRoom && !this.#makeRoom(client, entry, bytes)) return false;
    mailbox.push(entry, bytes);
    if (client.ahead !== undefined) reach(client, entry.position);
    if (hints?.lazy === undefined) this.#deliveries.mark(client);
    else this.#deliveries.markLazily(client, hints.lazy);
    return true;
  }

  #keepForLater(client: LocalClient, backlog: LogEntry[], entry: LogEntry): void {
    const policy = this.#policyFor(client, entry);
    const isFull = backlog.length >= this.#options.limits.mailboxMessages;
    if (isFull && policy === "drop-oldest") backlog.shift();
    if (!isFull || policy === "drop-oldest") backlog.push(entry);
    if (isFull) this.#options.onOverflow(client, entry, { dropped: 1, policy });
  }

  #policyFor({ profile }: LocalClient, { hints }: LogEntry): OverflowPolicy {
    return hints?.overflow ?? profile.overflow ?? this.#options.overflow;
  }

  #makeRoom(client: LocalClient, entry: LogEntry, bytes: number): boolean {
    const { limits, onOverflow } = this.#options;
    const policy = this.#policyFor(client, entry);
    // For one that never fits there is no use in throwing others away.
    if (policy !== "drop-oldest" || bytes > limits.mailboxBytes) {
      onOverflow(client, entry, { dropped: 1, policy });
      return false;
    }
    onOverflow(client, entry, { dropped: client.mailbox.dropOldest(bytes, limits), policy });
    return true;
  }

  #verdict(
    client: LocalClient,
    verdicts: NonNullable<Subscription["verdicts"]>,
    channel: string,
  ): Awaitable<boolean> {
    const known = verdicts.get(channel);
    if (known !== undefined) return known;
    const verdict = (this.#options.maySee as NonNullable<LocalClientsOptions["maySee"]>)(
      client,
      channel,
    );
    if (verdicts.size >= VERDICTS_KEPT) verdicts.clear();
    verdicts.set(channel, verdict);
    if (isPromise(verdict)) verdict.then((decided) => verdicts.set(channel, decided));
    return verdict;
  }

  #suspend(client: LocalClient, entry: LogEntry, verdict: PromiseLike<boolean>): void {
    client.mailbox.suspend(entry);
    verdict.then((isAllowed) => {
      client.mailbox.decide(entry, isAllowed);
      this.#deliveries.mark(client);
    });
  }
}
