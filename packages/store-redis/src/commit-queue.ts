import type { Cursor, Lease, StoreHost } from "@encke/core";
import type { Partition } from "./partition.ts";
import { Running } from "./port/running.ts";
import { listOf } from "./replies.ts";
import { COMMIT } from "./scripts/client-scripts.ts";

/** The most that one call takes: Redis does nothing else meanwhile. */
const BATCH = 250;
/** Milliseconds after which the next batch waits no longer for the one before: a connection may be dead. */
const SLOW = 100;

interface Waiting {
  readonly args: readonly [id: string, node: string, generation: number, cursor: string];
  readonly settle: (isOurs: boolean) => void;
  readonly refuse: (cause: unknown) => void;
}

/**
 * Writes down how far clients have got. A message to a thousand clients is a thousand of these, so that they leave together,
 * one batch at a time: while one is on its way, core gathers what each client gets next.
 */
export class CommitQueue {
  readonly #partition: Partition;
  readonly #host: Pick<StoreHost, "after">;
  readonly #waiting: Waiting[] = [];
  readonly #running = new Running();
  #isSending = false;

  constructor(partition: Partition, host: Pick<StoreHost, "after">) {
    this.#host = host;
    this.#partition = partition;
  }

  /** False: another node has claimed the client since. */
  add(id: string, { node, generation }: Lease, cursor: Cursor): Promise<boolean> {
    return new Promise((settle, refuse) => {
      this.#waiting.push({ args: [id, node, generation, cursor.join()], settle, refuse });
      if (!this.#isSending) void this.#running.add(this.#sendAll());
    });
  }

  /** Settles when nothing waits any more. */
  async idle(): Promise<void> {
    await this.#running.idle();
  }

  async #sendAll(): Promise<void> {
    this.#isSending = true;
    // Not in the turn of the first: the others of this turn leave with it.
    await undefined;
    while (this.#waiting.length > 0) {
      const sent = this.#running.add(this.#send(this.#waiting.splice(0, BATCH)));
      await this.#settledOrSlow(sent);
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

  async #send(batch: readonly Waiting[]): Promise<void> {
    try {
      const answers = await this.#partition.run(COMMIT, ...batch.flatMap(({ args }) => args));
      for (const [index, answer] of listOf(answers).entries()) batch[index]?.settle(answer === 1);
    } catch (cause) {
      for (const { refuse } of batch) refuse(cause);
    }
  }
}
