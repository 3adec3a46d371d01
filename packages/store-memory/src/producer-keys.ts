import type { Position, Publication } from "@encke/core";

interface LastAppend {
  readonly sequence: number;
  readonly position: Position;
}

/** Remembers the last sequence of each producer, and forgets the producers that were quiet longest. */
export class ProducerKeys {
  readonly #limit: number;
  /** In the order of their last append. */
  readonly #last = new Map<string, LastAppend>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Where the producer's last message went, when this one is not above it. */
  duplicateOf(producer: NonNullable<Publication["producer"]>): Position | undefined {
    const last = this.#last.get(producer.key);
    return last !== undefined && producer.sequence <= last.sequence ? last.position : undefined;
  }

  remember(producer: NonNullable<Publication["producer"]>, position: Position): void {
    this.#last.delete(producer.key);
    this.#last.set(producer.key, { sequence: producer.sequence, position });
    if (this.#last.size > this.#limit) this.#forgetQuietest();
  }

  #forgetQuietest(): void {
    for (const key of this.#last.keys()) {
      this.#last.delete(key);
      return;
    }
  }
}
