import type { Cursor, Lease, StoreHost } from "@encke/core";
import type { Partition } from "./partition.ts";
import { Running } from "./port/running.ts";
import { COMMIT } from "./scripts/client-scripts.ts";

/** The most that one call takes: Redis does nothing else meanwhile. */
const BATCH = 250;
/** Milliseconds after which the next batch waits no longer for the one before: a connection may be dead. */
const SLOW = 100;

/** The places in a batch of those whom another node has claimed. */
type Refused = ReadonlySet<number>;

/** Clients of the same node and generation that have got equally far, as those have that a message was for. */
interface Group {
  readonly node: string;
  readonly generation: number;
  readonly cursor: Cursor;
  readonly ids: string[];
}

/** What one call takes. */
class Batch {
  readonly refused: Promise<Refused>;
  readonly #groups: Group[] = [];
  #size = 0;
  #settle: (refused: Refused | Promise<Refused>) => void = () => {};

  constructor() {
    this.refused = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  get isFull(): boolean {
    return this.#size === BATCH;
  }

  /** Answers with the place of the client. */
  add(id: string, { node, generation }: Lease, cursor: Cursor): number {
    const last = this.#groups.at(-1);
    // Only the last: one that is here twice must not be overtaken by itself.
    const fits = last?.generation === generation && last.node === node;
    if (fits && isSame(last.cursor, cursor)) last.ids.push(id);
    else this.#groups.push({ node, generation, cursor: [...cursor], ids: [id] });
    return this.#size++;
  }

  /** Settles as {@link refused} does, and never rejects. */
  async send(partition: Partition): Promise<void> {
    this.#settle(this.#askedOf(partition));
    await this.refused.catch(() => {});
  }

  async #askedOf(partition: Partition): Promise<Refused> {
    const args: (string | number)[] = [];
    for (const { node, generation, cursor, ids } of this.#groups) {
      args.push(node, generation, cursor.join(), ids.length);
      for (const id of ids) args.push(id);
    }
    const places = await partition.run(COMMIT, ...args);
    // Nobody is taken to be served here by mistake.
    if (!Array.isArray(places)) throw new TypeError("Redis has not said who is refused.");
    return new Set(places.map(Number));
  }
}

/**
 * Writes down how far clients have got. A message to a thousand clients is a thousand of these, so that they leave together,
 * one batch at a time: while one is on its way, core gathers what each client gets next.
 */
export class CommitQueue {
  readonly #partition: Partition;
  readonly #host: Pick<StoreHost, "after">;
  readonly #waiting: Batch[] = [];
  readonly #running = new Running();
  #isSending = false;

  constructor(partition: Partition, host: Pick<StoreHost, "after">) {
    this.#host = host;
    this.#partition = partition;
  }

  /** False: another node has claimed the client since. */
  async add(id: string, lease: Lease, cursor: Cursor): Promise<boolean> {
    const batch = this.#open();
    const place = batch.add(id, lease, cursor);
    if (!this.#isSending) void this.#running.add(this.#sendAll());
    return !(await batch.refused).has(place);
  }

  /** Settles when nothing waits any more. */
  async idle(): Promise<void> {
    await this.#running.idle();
  }

  /** The batch that takes more. */
  #open(): Batch {
    const last = this.#waiting.at(-1);
    if (last?.isFull === false) return last;
    const batch = new Batch();
    this.#waiting.push(batch);
    return batch;
  }

  async #sendAll(): Promise<void> {
    this.#isSending = true;
    // Not in the turn of the first: the others of this turn leave with it.
    await undefined;
    for (let batch = this.#waiting.shift(); batch !== undefined; batch = this.#waiting.shift()) {
      await this.#settledOrSlow(this.#running.add(batch.send(this.#partition)));
    }
    this.#isSending = false;
  }

  #settledOrSlow(sent: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#host.after(SLOW, resolve);
      void sent.then(() => {
        cancel();
        resolve();
      });
    });
  }
}

function isSame(cursor: Cursor, other: Cursor): boolean {
  return cursor.length === other.length && cursor.every((position, at) => position === other[at]);
}
