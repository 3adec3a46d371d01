import { type AppendResult, byteLength, CometError, type Publication } from "@encke/core";
import { encode } from "./encoding.ts";
import type { Partition } from "./partition.ts";
import { textOf } from "./replies.ts";
import { APPEND } from "./scripts/log-scripts.ts";

/** The most that one call takes. */
const BATCH = 256;
const BATCH_CHARACTERS = 1024 * 1024;

export interface AppendQueueOptions {
  /** Names this run of this process: its batches are numbered. */
  readonly process: string;
  readonly maxWaiting: number;
  readonly maxProducers: number;
}

interface Waiting {
  readonly wishes: string;
  readonly text: string;
  readonly settle: (result: AppendResult) => void;
  readonly refuse: (cause: unknown) => void;
}

/** Sends what is published in batches, one at a time: they form by themselves while one is on its way. */
export class AppendQueue {
  readonly #partition: Partition;
  readonly #options: AppendQueueOptions;
  readonly #waiting: Waiting[] = [];
  #characters = 0;
  #batch = 0;
  #sending: Promise<void> | undefined;

  constructor(partition: Partition, options: AppendQueueOptions) {
    this.#partition = partition;
    this.#options = options;
  }

  /** Rejects with the code `store_failed` when too much waits, or when Redis does not take it. */
  add(publication: Publication): Promise<AppendResult> {
    const text = encode(publication);
    if (this.#characters + text.length > this.#options.maxWaiting) {
      return Promise.reject(
        new CometError("store_failed", "store-redis: too much waits for Redis"),
      );
    }
    this.#characters += text.length;
    return new Promise((settle, refuse) => {
      this.#waiting.push({ wishes: wishesOf(publication), text, settle, refuse });
      this.#sending ??= this.#sendAll();
    });
  }

  /** Settles when nothing waits any more. */
  async idle(): Promise<void> {
    await this.#sending;
  }

  async #sendAll(): Promise<void> {
    // Not in the turn of the first: the others of this turn leave with it.
    await undefined;
    while (this.#waiting.length > 0) await this.#send(this.#nextBatch());
    this.#sending = undefined;
  }

  #nextBatch(): readonly Waiting[] {
    let count = 0;
    let characters = 0;
    for (const { text } of this.#waiting) {
      characters += text.length;
      if (count === BATCH || (count > 0 && characters > BATCH_CHARACTERS)) break;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  async #send(batch: readonly Waiting[]): Promise<void> {
    const { process, maxProducers } = this.#options;
    const head = [process, ++this.#batch, batch.length, maxProducers];
    const messages = batch.flatMap(({ wishes, text }) => [wishes, text]);
    try {
      const answer = textOf(await this.#partition.run(APPEND, ...head, ...messages));
      this.#settle(batch, answer);
    } catch (cause) {
      for (const { refuse } of batch) refuse(cause);
    }
    for (const { text } of batch) this.#characters -= text.length;
  }

  #settle(batch: readonly Waiting[], answer: string): void {
    const [base, ...known] = answer.split(" ");
    const duplicates = new Map(known.map((pair) => pair.split(":") as [string, string]));
    let position = Number(base);
    for (const [index, { settle }] of batch.entries()) {
      const before = duplicates.get(String(index));
      if (before === undefined) settle({ position: ++position, isDuplicate: false });
      else settle({ position: Number(before), isDuplicate: true });
    }
    this.#partition.see(position);
  }
}

/** What Redis has to know of a publication beside storing it. */
function wishesOf({ producer, keep, channel, json }: Publication): string {
  if (producer === undefined && keep === undefined) return "";
  return JSON.stringify({
    producer: producer && [producer.key, String(producer.sequence)],
    keep: keep && { ...keep, channel, size: byteLength(json) },
  });
}
