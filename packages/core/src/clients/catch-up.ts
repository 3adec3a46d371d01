import { type Awaitable, allOf, chain } from "../ports/awaitable.ts";
import type { Cursor, IMessageLog, LogEntry, Position } from "../store/message-log.ts";
import type { LocalClient } from "./client.ts";
import type { LocalClients } from "./local-clients.ts";
import { stamped } from "./stamped.ts";

/** Entries read in one go. */
const READ_LIMIT = 500;

export interface IGapObserver {
  /** Messages after `from`, up to `to`, are gone, and some of them may have been the client's. */
  onGap(client: LocalClient, from: Position, to: Position): void;
}

/**
 * Gives a client that comes from elsewhere what was published after its cursor. What the feed brings
 * meanwhile waits behind it, so that the client gets everything once and in order.
 */
export class CatchUp {
  readonly #log: IMessageLog;
  readonly #local: LocalClients;
  readonly #observer: IGapObserver;

  constructor(log: IMessageLog, local: LocalClients, observer: IGapObserver) {
    this.#log = log;
    this.#local = local;
    this.#observer = observer;
  }

  /** Settles when the client has all that it missed in its mailbox. */
  run(client: LocalClient, cursor: Cursor): Awaitable<void> {
    client.backlog ??= [];
    client.caughtUp = undefined;
    const reached: Position[] = [...cursor];
    const reads = reached.map((_, partition) => this.#read(client, partition, reached));
    return chain(allOf(reads), () => this.#letIn(client, reached));
  }

  #read(client: LocalClient, partition: number, reached: Position[]): Awaitable<void> {
    const after = reached[partition] as Position;
    return chain(this.#log.read(partition, after, READ_LIMIT), (result) => {
      if (!client.isAlive) return;
      const { entries, isComplete, hasGap } = result;
      reached[partition] = entries.at(-1)?.position ?? after;
      const waiting = client.backlog;
      client.backlog = undefined;
      for (const entry of entries) this.#local.offerAgain(client, partition, stamped(entry));
      client.backlog = waiting;
      return chain(hasGap ? this.#tellGap(client, partition, after, entries) : undefined, () =>
        isComplete ? undefined : this.#read(client, partition, reached),
      );
    });
  }

  #tellGap(
    client: LocalClient,
    partition: number,
    after: Position,
    [first]: readonly LogEntry[],
  ): Awaitable<void> {
    const end = first === undefined ? this.#log.head(partition) : first.position - 1;
    return chain(end, (to) => this.#observer.onGap(client, after, to));
  }

  #letIn(client: LocalClient, reached: readonly Position[]): void {
    client.caughtUp = reached;
    letIn(client, this.#local, this.#log);
  }
}

/** Offers the client what had to wait for older messages. */
export function letIn(client: LocalClient, local: LocalClients, log: IMessageLog): void {
  const waiting = client.backlog ?? [];
  client.backlog = undefined;
  for (const entry of waiting) local.offerAgain(client, log.partitionOf(entry.channel), entry);
}
