import { type Awaitable, isPromise } from "./awaitable.ts";
import { type TimerWheel, WheelTimer } from "./timer-wheel.ts";

/** Bounds how long something may take, so that a policy that never answers does not hang a request. */
export class Deadline {
  readonly #wheel: TimerWheel;
  readonly #ms: number;

  constructor(wheel: TimerWheel, ms: number) {
    this.#wheel = wheel;
    this.#ms = ms;
  }

  /** The value, or what `tooLate` gives when it has not come in time. Whatever comes after that is dropped. */
  limit<T>(pending: Awaitable<T>, tooLate: () => Awaitable<T>): Awaitable<T> {
    if (!isPromise(pending)) return pending;
    return new Promise<T>((resolve, reject) => {
      const timer = new WheelTimer(() => resolve(tooLate()));
      this.#wheel.set(timer, this.#ms);
      pending.then(
        (value) => {
          this.#wheel.clear(timer);
          resolve(value);
        },
        (cause) => {
          this.#wheel.clear(timer);
          reject(cause);
        },
      );
    });
  }
}
