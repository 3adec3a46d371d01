import { RESERVED } from "../../clients/reserved-ids.ts";
import { type Awaitable, attempt, chain } from "../../ports/awaitable.ts";
import type { Log } from "../../ports/ports.ts";
import { type TimerWheel, WheelTimer } from "../../ports/timer-wheel.ts";
import type { ClientRecord } from "../../store/client-repository.ts";
import type { IStore } from "../../store/store.ts";

/** Milliseconds for which a node has a source that is not heard of any more, and after which it says that it still has it. */
const LIFE = 15_000;
const LOOK_EVERY = 5_000;

export interface SourceLeaseParts {
  readonly store: IStore;
  readonly wheel: TimerWheel;
  readonly node: string;
  readonly log: Log;
  /** Called when this node may run the source, and when it may no longer. */
  onChange(isHeld: boolean): void;
}

/**
 * The right to run a source, which one of the nodes has that want it: a record in the store under an id that no client can
 * have. Needs nothing of a store but what it does for clients.
 */
export class SourceLease {
  readonly #parts: SourceLeaseParts;
  readonly #id: string;
  readonly #timer = new WheelTimer(() => this.#look());
  #record: ClientRecord | undefined;
  #isWanted = false;

  constructor(name: string, parts: SourceLeaseParts) {
    this.#id = `${RESERVED}source:${name}`;
    this.#parts = parts;
  }

  want(): void {
    if (this.#isWanted) return;
    this.#isWanted = true;
    this.#look();
  }

  /** Leaves it to others. */
  release(): void {
    this.#isWanted = false;
    this.#parts.wheel.clear(this.#timer);
    const record = this.#record;
    if (record === undefined) return;
    this.#lose();
    this.#unawaited(() =>
      // Not that of another node, which has it because this one was not heard of for too long.
      chain(this.#isOurs(record), (isOurs) =>
        isOurs ? this.#parts.store.clients.destroy(this.#id, "released") : undefined,
      ),
    );
  }

  #look(): void {
    this.#unawaited(() =>
      chain(this.#record === undefined ? this.#take() : this.#renew(this.#record), () => {
        if (this.#isWanted) this.#parts.wheel.set(this.#timer, LOOK_EVERY);
      }),
    );
  }

  #take(): Awaitable<void> {
    const { clients } = this.#parts.store;
    const created = attempt<ClientRecord, undefined>(
      () => clients.create(this.#id, "{}", LIFE),
      // Somebody else has it, or the store is out of reach: it is tried again.
      () => undefined,
    );
    return chain(created, (made) => {
      if (made === undefined) return;
      return chain(clients.claim(this.#id, this.#parts.node, LIFE), (record) => {
        if (record === undefined) return;
        this.#record = record;
        if (this.#isWanted) this.#parts.onChange(true);
        else this.release();
      });
    });
  }

  #renew(record: ClientRecord): Awaitable<void> {
    const { clients } = this.#parts.store;
    return chain(this.#isOurs(record), (isOurs) =>
      chain(isOurs ? clients.touch([this.#id], LIFE) : [this.#id], (unknown) => {
        if (unknown.length > 0) this.#lose();
      }),
    );
  }

  #isOurs({ generation, cursor }: ClientRecord): Awaitable<boolean> {
    const { node, store } = this.#parts;
    return store.clients.commit(this.#id, { node, generation }, cursor, false);
  }

  #lose(): void {
    if (this.#record === undefined) return;
    this.#record = undefined;
    this.#parts.onChange(false);
  }

  #unawaited(task: () => Awaitable<unknown>): void {
    void attempt(task, (cause) => {
      this.#parts.log("warn", "The store could not be asked who runs a source.", { cause });
      if (this.#isWanted) this.#parts.wheel.set(this.#timer, LOOK_EVERY);
    });
  }
}
