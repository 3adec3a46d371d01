import type { StoreHost } from "@encke/core";
import type { Partition } from "./partition.ts";
import { SWEEP } from "./scripts/sweep-script.ts";

/** Milliseconds between two sweeps of a node. */
const EVERY = 10_000;
/** Milliseconds without any sweep after which nothing is known of the time that has passed. */
const AWAY = 60_000;
/** Milliseconds after which a producer that publishes nothing is forgotten, twice as many at most. */
const MEMORY = 3_600_000;

export interface SweeperParts {
  readonly host: Pick<StoreHost, "log">;
  readonly partitions: readonly Pick<Partition, "tryToRun">[];
  /** Milliseconds that messages stay readable. */
  readonly retention: number;
}

/** Throws away what is too old, every now and then. All nodes do it, and the first that comes. */
export class Sweeper {
  readonly #parts: SweeperParts;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(parts: SweeperParts) {
    this.#parts = parts;
  }

  /** Does nothing when it was stopped before. */
  start(): void {
    if (this.#isOver) return;
    this.#timer = setInterval(() => void this.#sweep(), EVERY).unref();
  }

  stop(): void {
    this.#isOver = true;
    clearInterval(this.#timer);
  }

  async #sweep(): Promise<void> {
    const { host, partitions, retention } = this.#parts;
    try {
      for (const partition of partitions) {
        if (!this.#isOver) await partition.tryToRun(SWEEP, retention, MEMORY, EVERY, AWAY);
      }
    } catch (cause) {
      if (!this.#isOver) host.log("warn", "store-redis: old messages stay for now", { cause });
    }
  }
}
