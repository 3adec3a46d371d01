import { type Awaitable, attempt, chain, isPromise } from "../ports/awaitable.ts";
import type { Log } from "../ports/ports.ts";
import type { Message } from "../protocol/message.ts";
import type { ClientRecord } from "../store/client-repository.ts";
import type { ControlEntry, LogEntry } from "../store/message-log.ts";
import type { IStore } from "../store/store.ts";
import { CatchUp, type IGapObserver } from "./catch-up.ts";
import { Claims } from "./claims.ts";
import {
  type ClientProfile,
  type IClientFactory,
  type ILocalClientObserver,
  LocalClient,
} from "./client.ts";
import type { HeldRequests } from "./held-requests.ts";
import { ELSEWHERE, goodbye, NO_RETURN, UNKNOWN } from "./last-words.ts";
import type { LocalClients } from "./local-clients.ts";
import { milestonesOf } from "./milestones.ts";
import { present } from "./presenting.ts";
import { writeNew } from "./profile-text.ts";
import { Replays } from "./replays.ts";
import { isReserved } from "./reserved-ids.ts";
import { type NewStream, Resumption, type StreamStart } from "./resumption.ts";
import { shownClient } from "./shown-client.ts";
import { isStillServed } from "./still-served.ts";
import type { Streams } from "./streams.ts";
import { Subscriptions } from "./subscriptions.ts";
import { timeIsUp } from "./time-is-up.ts";

/** Why a client is gone. Free text from `comet.disconnect`; these where core itself ends it. */
export type EndReason = "disconnect" | "timeout" | "overflow" | "expired" | "lost" | (string & {});

export interface IDirectoryObserver extends IGapObserver {
  /** Told once for each client in the whole cluster, on the node that removed it. */
  onEnded(client: LocalClient, reason: EndReason, subscriptions: readonly string[]): void;
}

export interface DirectoryParts {
  readonly store: IStore;
  readonly local: LocalClients;
  readonly held: HeldRequests;
  readonly streams: Streams;
  readonly observer: IDirectoryObserver;
  /** The name of this process. */
  readonly node: string;
  /** Milliseconds that the store keeps a record of which it hears nothing. */
  readonly ttl: number;
  readonly clientFactory: IClientFactory | undefined;
  readonly log: Log;
  /** The client has acknowledged these messages. */
  onAcknowledged(client: LocalClient, entries: readonly LogEntry[]): void;
  /** Called for a client that was made elsewhere and is served here from now on. */
  onTakenOver(client: LocalClient): void;
}

/** Finds, makes and ends clients: what stands in the store, and what lives of it on this node. */
export class ClientDirectory {
  readonly local: LocalClients;
  readonly subscriptions: Subscriptions;
  readonly #parts: DirectoryParts;
  readonly #catchUp: CatchUp;
  readonly #resumption: Resumption;
  readonly #clientObserver: ILocalClientObserver = {
    onTimer: (client) => this.#onTimer(client),
    onAcknowledged: (client, entries) => this.#parts.onAcknowledged(client, entries),
  };
  readonly #claims = new Claims();
  /** Those that are being removed from the store. */
  readonly #ending = new Set<string>();
  #isClosed = false;

  constructor(parts: DirectoryParts) {
    this.local = parts.local;
    this.#parts = parts;
    this.#catchUp = new CatchUp(parts.store.log, parts.local, parts.observer);
    const { store, local, streams, observer } = parts;
    const { history, log } = store;
    const replays = history && new Replays({ history, log, local, observer });
    this.subscriptions = new Subscriptions(store, local, replays);
    this.#resumption = new Resumption({
      ...{ log, local, streams, catchUp: this.#catchUp, replays },
    });
  }

  /** The client with this id, taken over from another node or another life of this one if need be. */
  find(id: string): Awaitable<LocalClient | undefined> {
    // A take-over first: the client is there before it is over, and requests must not overtake each other.
    if (isReserved(id)) return undefined;
    const known = this.#claims.get(id) ?? this.local.get(id);
    return known ?? (this.#ending.has(id) ? undefined : this.#claim(id));
  }

  /** Whether no other node has claimed the client since this one did, as far as the store can say. */
  readonly isStillServed = (client: LocalClient): Awaitable<boolean> =>
    isStillServed(client, this.#parts);

  create(id: string, profile: ClientProfile): Awaitable<LocalClient> {
    const { node, ttl } = this.#parts;
    const created = this.#parts.store.clients.create(id, writeNew(profile), ttl);
    return chain(created, () =>
      chain(this.#parts.store.clients.claim(id, node, ttl), (record) => {
        if (record === undefined) throw new Error("The store lost a client that it had just made.");
        return this.#adoptNew(record);
      }),
    );
  }

  /** Somebody has shaken hands as a client that was made before. False: another node has taken it over, or it is gone. */
  present(client: LocalClient, profile: ClientProfile): Awaitable<boolean> {
    return chain(present(client, profile, this.#parts), (isOurs) => {
      if (!isOurs && client.isAlive) this.leave(client);
      return client.isAlive;
    });
  }

  /** Gives the client a way out beside its connects. Undefined: it is gone. */
  openStream(client: LocalClient, stream: NewStream): Awaitable<StreamStart | undefined> {
    return this.#resumption.open(client, stream);
  }

  /** The client has another way out. */
  endStream(client: LocalClient): void {
    this.#parts.streams.end(client);
  }

  /**
   * Removes the client everywhere and answers what is open for it, the held connect with `changes`.
   * Settles when the store knows. False: somebody else was first.
   */
  end(
    client: LocalClient,
    reason: EndReason,
    changes: Partial<Message> = NO_RETURN,
  ): Awaitable<boolean> {
    if (!client.isAlive) return false;
    const { subscriptions } = client;
    this.#forget(client, changes);
    return chain(this.#destroy(client.id, reason), (record) => {
      if (record !== undefined) this.#parts.observer.onEnded(client, reason, subscriptions);
      return record !== undefined;
    });
  }

  /** Ends the client, which is told the reason, and closes the connection it is on: what the server does to one it wants no more. */
  revoke(client: LocalClient, reason: EndReason): Awaitable<boolean> {
    const { connection } = client;
    const ended = this.end(client, reason, goodbye(reason));
    connection?.close();
    return ended;
  }

  /** The same for one that no node serves, or another one, which hears of it from the store; or this one, which is claiming it. */
  revokeElsewhere(id: string, reason: EndReason): Awaitable<boolean> {
    return chain(isReserved(id) ? undefined : this.#destroy(id, reason), (record) => {
      if (record === undefined) return false;
      this.control({ type: "ended", client: id, owner: this.#parts.node, reason, position: 0 });
      this.#parts.observer.onEnded(shownClient(record), reason, [...record.subscriptions.keys()]);
      return true;
    });
  }

  /** The same where nobody waits for it: when the store fails, that is logged, and its record expires in time. */
  dismiss(client: LocalClient, reason: EndReason): void {
    this.#unawaited(() => this.revoke(client, reason));
  }

  /** This node serves the client no more, and leaves it to others. */
  leave(client: LocalClient): void {
    this.#forget(client, ELSEWHERE);
  }

  /** Leaves all clients to others, and from now on also those who only come because it was under way. */
  close(): void {
    this.#isClosed = true;
    for (const client of this.local) this.#forget(client, ELSEWHERE);
  }

  /** A record that expired in the store while no node served it. */
  buried(record: ClientRecord): void {
    if (isReserved(record.id)) return;
    const local = this.local.get(record.id);
    if (local !== undefined) this.#forget(local, UNKNOWN);
    const client = local ?? shownClient(record);
    this.#parts.observer.onEnded(client, "timeout", [...record.subscriptions.keys()]);
  }

  /** The store does not know a client that this node serves: it must begin anew. */
  lost(id: string): void {
    const client = this.local.get(id);
    if (client === undefined) return;
    const { subscriptions } = client;
    this.#forget(client, UNKNOWN);
    this.#parts.observer.onEnded(client, "lost", subscriptions);
  }

  /** What other nodes did to clients of this one. */
  control(entry: ControlEntry): void {
    const client = this.local.get(entry.client);
    if (client === undefined) {
      this.#claims.note(entry);
      return;
    }
    const isOurs = (entry.type === "moved" ? entry.from : entry.owner) === this.#parts.node;
    if (!isOurs) return;
    if (entry.type === "moved") {
      if (entry.generation > client.generation) this.#forget(client, ELSEWHERE);
    } else if (entry.type === "ended") {
      const { connection } = client;
      this.#forget(client, goodbye(entry.reason));
      connection?.close();
    } else if (entry.type === "unsubscribed") this.local.unsubscribe(client, entry.pattern);
    else this.#subscribed(client, entry);
  }

  /** Where there are several partitions, messages are not in order with the news: who claims the client reads them again. */
  #subscribed(
    client: LocalClient,
    { pattern, position }: ControlEntry & { pattern: string },
  ): void {
    if (this.#parts.store.log.partitions > 1) this.leave(client);
    else this.local.subscribe(client, pattern, [position]);
  }

  #destroy(id: string, reason: EndReason): Awaitable<ClientRecord | undefined> {
    const destroyed = this.#parts.store.clients.destroy(id, reason);
    if (!isPromise(destroyed)) return destroyed;
    const forget = (): unknown => this.#ending.delete(id);
    this.#ending.add(id);
    destroyed.then(forget, forget);
    return destroyed;
  }

  #forget(client: LocalClient, changes: Partial<Message>): void {
    for (const pattern of client.patterns.keys()) this.#parts.store.log.interest?.(pattern, false);
    client.isElsewhere = changes === ELSEWHERE;
    this.local.remove(client);
    this.#parts.streams.end(client, changes);
    this.#parts.held.drop(client, changes);
  }

  #claim(id: string): Awaitable<LocalClient | undefined> {
    const { node, ttl } = this.#parts;
    const claimed = this.#parts.store.clients.claim(id, node, ttl);
    return this.#claims.run(id, claimed, (record, news) => this.#takeOver(record, news));
  }

  #takeOver(record: ClientRecord, news: readonly ControlEntry[]): Awaitable<LocalClient> {
    const client = this.#adopt(record);
    client.hasConnected = true;
    for (const entry of news) this.control(entry);
    if (!client.isAlive) return client;
    const caughtUp = attempt(
      () => this.#catchUp.run(client, record.cursor),
      (cause) => {
        this.#forget(client, ELSEWHERE);
        throw cause;
      },
    );
    this.#parts.onTakenOver(client);
    return chain(caughtUp, () => {
      // Some of it may have been sent by the node that served the client before.
      client.mailbox.assumeTaken();
      return client;
    });
  }

  #adopt(record: ClientRecord): LocalClient {
    const client = new LocalClient(record, this.#clientObserver);
    client.milestones = milestonesOf(client, this.#parts.store.log);
    client.app = this.#parts.clientFactory?.create(client);
    this.local.add(client);
    for (const [pattern, since] of record.subscriptions) {
      this.local.subscribe(client, pattern, since);
      this.#parts.store.log.interest?.(pattern, true);
    }
    this.#parts.held.keepAlive(client);
    if (this.#isClosed) this.#forget(client, ELSEWHERE);
    return client;
  }

  /** Where the application cannot do with it, nothing is left of it. */
  #adoptNew(record: ClientRecord): LocalClient {
    try {
      return this.#adopt(record);
    } catch (cause) {
      this.#unawaited(() => chain(this.#destroy(record.id, "refused"), () => true));
      throw cause;
    }
  }

  #onTimer(client: LocalClient): void {
    this.#unawaited(() => timeIsUp(client, this.#parts.held, this));
  }

  #unawaited(end: () => Awaitable<boolean>): void {
    void attempt(end, (cause) =>
      this.#parts.log("error", "A client could not be removed from the store.", { cause }),
    );
  }
}
