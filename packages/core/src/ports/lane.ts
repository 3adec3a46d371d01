import { type Awaitable, isPromise } from "./awaitable.ts";

/** Runs tasks one after the other, each when the one before has settled; at once when none is under way. */
export class Lane {
  #tail: Promise<void> | undefined;
  #waiting = 0;

  /** How many tasks are under way or wait. */
  get length(): number {
    return this.#waiting;
  }

  run<T>(task: () => Awaitable<T>): Awaitable<T> {
    const started = this.#tail === undefined ? task() : this.#tail.then(task);
    if (isPromise(started)) this.#occupy(started);
    return started;
  }

  #occupy(started: PromiseLike<unknown>): void {
    this.#waiting++;
    const tail: Promise<void> = Promise.resolve(started).then(
      () => this.#leave(tail),
      () => this.#leave(tail),
    );
    this.#tail = tail;
  }

  #leave(tail: Promise<void>): void {
    this.#waiting--;
    if (this.#tail === tail) this.#tail = undefined;
  }
}
