import type { Awaitable } from "@encke/core";
import { type FailurePoint, Failures } from "./failures.ts";
import type { StoreMethod } from "./store-method.ts";

/** A call that has not been answered yet, or news of the feed that has not been passed on. */
export interface PendingCall {
  readonly method: StoreMethod | "feed";
  /** For people and for finding it: the method and what it is about, `clients.claim abc`. */
  readonly label: string;
}

interface Waiting extends PendingCall {
  /** Those with the same lane leave in the order in which they came. */
  readonly lane?: string;
  leave(): void;
}

export interface HandDrivenSchedulerOptions {
  /**
   * When a call does its work: as soon as it is made, so that only its answer is late; or when it is released,
   * as if the request had been on its way until then.
   * @default "call"
   */
  readonly worksAt?: "call" | "release";
  /**
   * Releases each call by itself, a microtask after it was made.
   * @default false
   */
  readonly autoRelease?: boolean;
}

/** Enough microtasks for what waits for an answer to go on and to call again. */
const TURNS = 25;

/** Holds the answers of an {@link asyncStore} until the test lets them go, in the order that the test wants. */
export class HandDrivenScheduler {
  /** May be changed at any time. Turning it on does not release what waits already. */
  autoRelease: boolean;
  readonly #worksAtRelease: boolean;
  readonly #waiting: Waiting[] = [];
  readonly #failures = new Failures();

  constructor(options: HandDrivenSchedulerOptions = {}) {
    this.autoRelease = options.autoRelease ?? false;
    this.#worksAtRelease = options.worksAt === "release";
  }

  /** What waits, oldest first. */
  get pending(): readonly PendingCall[] {
    return [...this.#waiting];
  }

  /**
   * Lets one go. The feed is in order, and so are appends that do their work when they are released:
   * those that came before leave first. What awaits the answer goes on in a later microtask.
   */
  release(index = 0): void {
    const chosen = this.#waiting[index];
    if (chosen === undefined) {
      throw new RangeError(`Nothing waits at ${index}: ${this.#waiting.length} calls are pending.`);
    }
    const { lane } = chosen;
    const leaving =
      lane === undefined
        ? [chosen]
        : this.#waiting.slice(0, index + 1).filter((waiting) => waiting.lane === lane);
    for (const waiting of leaving) this.#leave(waiting);
  }

  /** Lets all go that wait now, oldest first. */
  releaseAll(): void {
    for (const waiting of [...this.#waiting]) this.#leave(waiting);
  }

  /**
   * Lets go until nothing waits any more, also of what is called meanwhile.
   * `pick` says which one is next, by its index in `pending`: the oldest, if it is not given.
   */
  async drain(pick: (pending: readonly PendingCall[]) => number = () => 0): Promise<void> {
    await this.settle();
    while (this.#waiting.length > 0) {
      this.release(pick(this.pending));
      await this.settle();
    }
  }

  /** Waits until those who were answered have gone on, as far as they can without another answer. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < TURNS; turn++) await Promise.resolve();
  }

  /**
   * Makes the next call of the method fail that has not done its work yet. `after`: the work is done and
   * only its answer is lost.
   */
  failNext(method: StoreMethod, cause: unknown, point: FailurePoint = "before"): void {
    this.#failures.add(method, { cause, point });
  }

  /** For wrappers: makes a call that is answered when it is released. */
  call<T>(method: StoreMethod, about: string | undefined, work: () => Awaitable<T>): Promise<T> {
    const task = async (): Promise<T> => await this.#failures.run(method, work);
    const early = this.#worksAtRelease ? undefined : task();
    // It is looked at when it is released, and must not count as unhandled until then.
    early?.catch(() => {});
    return new Promise((resolve) => {
      this.#add({
        method,
        label: about === undefined ? method : `${method} ${about}`,
        ...(this.#worksAtRelease && method === "log.append" ? { lane: method } : undefined),
        leave: () => resolve(early ?? task()),
      });
    });
  }

  /** For wrappers: passes news of the feed on when they are released. */
  feed(about: string, pass: () => void): void {
    this.#add({ method: "feed", label: `feed ${about}`, lane: "feed", leave: pass });
  }

  #add(waiting: Waiting): void {
    this.#waiting.push(waiting);
    if (this.autoRelease) void Promise.resolve().then(() => this.#leave(waiting));
  }

  #leave(waiting: Waiting): void {
    const index = this.#waiting.indexOf(waiting);
    if (index === -1) return;
    this.#waiting.splice(index, 1);
    waiting.leave();
  }
}
