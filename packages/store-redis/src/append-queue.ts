import {
  type AppendResult,
  byteLength,
  CometError,
  type Position,
  type Publication,
  type StoreHost,
} from "@encke/core";
import { encode } from "./encoding.ts";
import type { Partition } from "./partition.ts";
import { KEPT_MS, type RecentEntries } from "./recent-entries.ts";
import { textOf } from "./replies.ts";
import { APPEND } from "./scripts/log-scripts.ts";
import type { WaitingRoom } from "./waiting-room.ts";

/** The most that one call takes. */
const BATCH = 256;
const BATCH_CHARACTERS = 1024 * 1024;

export interface AppendQueueParts {
  readonly host: Pick<StoreHost, "now">;
  readonly partition: Partition;
  /** Gets what is stored, in case that Redis forgets it before it is read. */
  readonly recent: RecentEntries;
  /** Names this run of this process: its batches are numbered. */
  readonly process: string;
  readonly room: WaitingRoom;
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
  readonly #parts: AppendQueueParts;
  readonly #waiting: Waiting[] = [];
  #batch = 0;
  #stored = 0;
  #storedAt = 0;
  #sending: Promise<void> | undefined;

  constructor(parts: AppendQueueParts) {
    this.#parts = parts;
  }

  /** Rejects with the code `store_failed` when too much waits, or when Redis does not take it. */
  add(publication: Publication): Promise<AppendResult> {
    const text = encode(publication);
    if (!this.#parts.room.enter(text.length)) {
      return Promise.reject(
        new CometError("store_failed", "store-redis: too much waits for Redis"),
      );
    }
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
    const { partition, process, maxProducers } = this.#parts;
    const head = [process, ++this.#batch, this.#acknowledged, maxProducers, batch.length];
    const messages = batch.flatMap(({ wishes, text }) => [wishes, text]);
    try {
      const answer = textOf(await partition.run(APPEND, ...head, ...messages));
      this.#stored = this.#batch;
      this.#storedAt = this.#parts.host.now();
      this.#settle(batch, answer);
    } catch (cause) {
      for (const { refuse } of batch) refuse(cause);
    }
    for (const { text } of batch) this.#parts.room.leave(text.length);
  }

  /** The last batch that Redis must know. It may forget those that could not be put back anyway. */
  get #acknowledged(): number {
    return this.#parts.host.now() - this.#storedAt < KEPT_MS ? this.#stored : 0;
  }

  #settle(batch: readonly Waiting[], answer: string): void {
    const [base = "", before = "", ...known] = answer.split(" ").filter((part) => part !== "");
    const duplicates = new Map(known.map((pair) => pair.split(":") as [string, string]));
    const fields: string[] = [];
    let position = Number(base);
    for (const [index, { text, settle }] of batch.entries()) {
      const before = duplicates.get(String(index));
      if (before === undefined) fields.push("m", text);
      if (before === undefined) settle({ position: ++position, isDuplicate: false });
      else settle({ position: Number(before), isDuplicate: true });
    }
    if (fields.length > 0) this.#remember(position, before, fields, known);
  }

  #remember(
    position: Position,
    before: string,
    messages: readonly string[],
    known: readonly string[],
  ): void {
    const { partition, recent, process } = this.#parts;
    const count = messages.length / 2;
    const header = [before, 0, count, process, this.#batch, ...known].join(" ");
    recent.add(position, ["h", header, ...messages], "stored");
    partition.see(position);
  }
}

/** What Redis has to know of a publication beside storing it. */
function wishesOf({ producer, keep, channel, json }: Publication): string {
  if (producer === undefined && keep === undefined) return "";
  return JSON.stringify({
    // Escaped twice: the script cannot read half of a character, and would refuse the whole batch for it.
    producer: producer && [JSON.stringify(producer.key), String(producer.sequence)],
    keep: keep && { ...keep, channel, size: byteLength(json) },
  });
}
