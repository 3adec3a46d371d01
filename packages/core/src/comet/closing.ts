import { type Awaitable, attempt } from "../ports/awaitable.ts";
import type { Cancel } from "../ports/ports.ts";
import type { Advice } from "../protocol/message.ts";
import type { Wiring } from "./wiring.ts";

/** Held clients are sent away one millisecond apart, up to this many, so that they do not all come back at once. */
const SPREAD_MS = 5_000;
const NOT_BEFORE_MS = 100;

type ClosingListener = (deadline: number) => Awaitable<void>;

/** The end of a Comet, in order: connects answered, sockets closed, store closed, timers cleared. */
export class Closing {
  readonly #wiring: Wiring;
  #listeners: readonly ClosingListener[] = [];
  #closed: Promise<void> | undefined;
  #isOver = false;

  constructor(wiring: Wiring) {
    this.#wiring = wiring;
  }

  get hasBegun(): boolean {
    return this.#closed !== undefined;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  on(listener: ClosingListener): Cancel {
    this.#listeners = [...this.#listeners, listener];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener);
    };
  }

  close(deadline: number): Promise<void> {
    this.#closed ??= this.#run(deadline);
    return this.#closed;
  }

  async #run(deadline: number): Promise<void> {
    // The field that says so is set once this function has returned its promise.
    await undefined;
    const { clients, houseKeeping, ports } = this.#wiring;
    const end = ports.now() + deadline;
    const left = (): number => Math.max(0, end - ports.now());
    houseKeeping.stop();
    this.#wiring.handlers.services.close();
    this.#releaseAll();
    await this.#within(
      left(),
      Promise.all(this.#listeners.map((close) => this.#try(() => close(left())))),
    );
    this.#isOver = true;
    clients.close();
    // Whatever still waits, for a policy that never answers or a store that never opens, has waited long enough.
    this.#wiring.opening.abandon();
    this.#wiring.wheel.fireAll();
    await this.#within(
      left(),
      this.#try(() => this.#wiring.store.close(left())),
    );
  }

  #releaseAll(): void {
    let place = 0;
    for (const client of this.#wiring.clients.local) {
      if (!client.isHeld) continue;
      const interval = NOT_BEFORE_MS + (place++ % SPREAD_MS);
      const advice: Advice = { reconnect: "retry", interval };
      this.#wiring.streams.end(client, { advice });
      this.#wiring.held.release(client, { advice });
    }
  }

  async #try(close: () => Awaitable<void>): Promise<void> {
    await attempt(close, (cause) =>
      this.#wiring.ports.log("error", "Something could not be closed.", { cause }),
    );
  }

  /** Goes on when the time is over, whether it is done or not. */
  async #within(ms: number, done: Promise<unknown>): Promise<void> {
    let cancel: Cancel | undefined;
    const late = new Promise<void>((resolve) => {
      cancel = this.#wiring.ports.after(ms, resolve);
    });
    await Promise.race([done, late]);
    cancel?.();
  }
}
