import { type Awaitable, attempt, chain, forEachInOrder } from "../ports/awaitable.ts";
import type { IMessageLog, LogEntry, Position } from "../store/message-log.ts";
import type { HistoryPage, IHistory } from "../store/store.ts";
import { type IGapObserver, letIn } from "./catch-up.ts";
import type { LocalClient, ReplayRequest, Subscription } from "./client.ts";
import type { LocalClients } from "./local-clients.ts";
import { stamped } from "./stamped.ts";

/** Entries read in one go. */
const READ_LIMIT = 500;
const ALL_KEPT = -2;

export interface ReplayParts {
  readonly history: IHistory;
  readonly log: IMessageLog;
  readonly local: LocalClients;
  readonly observer: IGapObserver;
}

/** Gives a new subscriber messages that were kept, before all that is published after it subscribed. */
export class Replays {
  readonly #parts: ReplayParts;

  constructor(parts: ReplayParts) {
    this.#parts = parts;
  }

  /** Subscribes, and lets wait what the feed brings meanwhile. False: there is no such client any more. */
  around(
    client: LocalClient,
    pattern: string,
    subscribe: () => Awaitable<boolean>,
  ): Awaitable<boolean> {
    return client.reading.run(() => this.#around(client, pattern, subscribe));
  }

  #around(
    client: LocalClient,
    pattern: string,
    subscribe: () => Awaitable<boolean>,
  ): Awaitable<boolean> {
    const { local, log } = this.#parts;
    client.backlog = [];
    const done = attempt(
      () =>
        chain(subscribe(), (isDone) => {
          const subscription = client.patterns.get(pattern);
          if (!isDone || subscription === undefined) return isDone;
          return chain(this.bring(client, subscription), (copies) => {
            letIn(client, local, log, copies);
            return true;
          });
        }),
      (cause) => {
        letIn(client, local, log);
        throw cause;
      },
    );
    return chain(done, (isDone) => {
      if (client.backlog !== undefined) letIn(client, local, log);
      return isDone;
    });
  }

  /**
   * Puts the kept messages into the mailbox. Those of a client that acknowledges are put into the log once more, for this
   * client alone, because its acknowledgements are places there; returned are the new places.
   */
  bring(
    client: LocalClient,
    { pattern, since, replay }: Subscription,
  ): Awaitable<ReadonlySet<Position>> {
    if (replay === undefined) return NONE;
    const until = since[this.#parts.log.partitionOf(pattern)] as Position;
    return chain(this.#read(pattern, "since" in replay ? replay.since : ALL_KEPT, []), (page) => {
      const wanted = pick(page.entries, replay, until).filter(
        ({ except }) => except !== client.id && except !== client.publicId,
      );
      if (page.hasGap && "since" in replay) {
        const end = (page.entries[0]?.position ?? until + 1) - 1;
        this.#parts.observer.onGap(client, replay.since, end);
      }
      if (client.acknowledges) return this.#publishAgain(client, wanted);
      this.#queue(client, wanted, until);
      return NONE;
    });
  }

  #read(channel: string, since: Position, before: readonly LogEntry[]): Awaitable<HistoryPage> {
    return chain(this.#parts.history.replay(channel, since, READ_LIMIT), (page) => {
      const entries = [...before, ...page.entries];
      const last = page.entries.at(-1);
      if (last === undefined || page.entries.length < READ_LIMIT) return { ...page, entries };
      return chain(this.#read(channel, last.position, entries), (rest) => ({
        ...rest,
        hasGap: page.hasGap,
      }));
    });
  }

  #queue(client: LocalClient, entries: readonly LogEntry[], position: Position): void {
    const waiting = client.backlog;
    client.backlog = undefined;
    // At the place where the subscription begins, so that they are in order with what comes after it.
    for (const entry of entries) {
      const { channel, json } = stamped(entry);
      this.#parts.local.queueReplayed(client, { channel, json, position });
    }
    client.backlog = waiting;
  }

  #publishAgain(
    client: LocalClient,
    entries: readonly LogEntry[],
  ): Awaitable<ReadonlySet<Position>> {
    const positions = new Set<Position>();
    const appended = forEachInOrder(entries, (entry) => {
      const { channel, json } = stamped(entry);
      return chain(this.#parts.log.append({ channel, json, to: client.id }), ({ position }) => {
        positions.add(position);
      });
    });
    return chain(appended, () => positions);
  }
}

const NONE: ReadonlySet<Position> = new Set();

function pick(
  entries: readonly LogEntry[],
  replay: ReplayRequest,
  until: Position,
): readonly LogEntry[] {
  const kept = entries.filter(({ position }) => position <= until);
  if ("since" in replay) return kept;
  return replay.last > 0 ? kept.slice(-replay.last) : [];
}
