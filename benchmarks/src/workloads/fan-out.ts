import { setTimeout as delay } from "node:timers/promises";
import type { Transport } from "../servers/server.ts";
import type { Closable, Publisher, Target, Wire } from "../wires/wire.ts";
import { Latencies } from "./latencies.ts";
import { Tally } from "./tally.ts";
import type { Load, Session, Workload } from "./workload.ts";

const CHANNEL = "/bench/news";
/** Subscribers that come at the same time. */
const ARRIVING = 50;
/** Milliseconds within which a message must have reached everybody, and after which nothing more may come. */
const PATIENCE = 15_000;
const AFTERMATH = 50;

export interface FanOutOptions {
  readonly transport: Transport;
  readonly subscribers: number;
  /** Messages that are under way at the same time. */
  readonly inFlight: number;
}

/** One publishes, everybody else gets it. The next message is sent when one has reached everybody. */
export function fanOut(options: FanOutOptions): Workload {
  const { transport, subscribers, inFlight } = options;
  return {
    name: `fan-out, ${transport}, ${subscribers} subscribers, ${inFlight} in flight`,
    operation: "delivery",
    transport,
    open: (wire, target) => FanOut.open(wire, target, options),
  };
}

class FanOut implements Session {
  readonly #options: FanOutOptions;
  readonly #target: Target;
  readonly #tally: Tally;
  readonly #subscribers: Closable[] = [];
  #publisher: Publisher | undefined;
  #isDriving = false;
  #reached = 0;
  #isFlushing = false;
  #onIdle: (() => void) | undefined;

  private constructor(target: Target, options: FanOutOptions) {
    this.#target = target;
    this.#options = options;
    this.#tally = new Tally(options.subscribers, {
      onReachedAll: () => this.#reachedAll(),
      onWrong: (what) => target.fail(new Error(what)),
    });
  }

  static async open(wire: Wire, target: Target, options: FanOutOptions): Promise<FanOut> {
    const session = new FanOut(target, options);
    await session.#arrive(wire);
    return session;
  }

  async drive(ms: number): Promise<Load> {
    const latencies = new Latencies();
    this.#tally.latencies = latencies;
    this.#reached = 0;
    this.#isDriving = true;
    const start = performance.now();
    this.#fill();
    await delay(ms);
    this.#isDriving = false;
    await this.#idle();
    const seconds = (performance.now() - start) / 1_000;
    const operations = this.#reached * this.#options.subscribers;
    await delay(AFTERMATH);
    return { operations, seconds, latencies };
  }

  close(): void {
    for (const subscriber of this.#subscribers) subscriber.close();
    this.#publisher?.close();
  }

  async #arrive(wire: Wire): Promise<void> {
    const { subscribers } = this.#options;
    for (let from = 0; from < subscribers; from += ARRIVING) {
      const count = Math.min(ARRIVING, subscribers - from);
      const arrived = Array.from({ length: count }, (_, index) =>
        wire.subscribe(this.#target, CHANNEL, (body) => this.#tally.receive(from + index, body)),
      );
      this.#subscribers.push(...(await Promise.all(arrived)));
    }
    this.#publisher = await wire.openPublisher(this.#target, CHANNEL);
  }

  #reachedAll(): void {
    this.#reached++;
    if (this.#tally.underWay === 0 && !this.#isDriving) this.#onIdle?.();
    if (this.#isFlushing || !this.#isDriving) return;
    // What arrives in the same turn is answered together, as the application of a busy client does.
    this.#isFlushing = true;
    setImmediate(() => {
      this.#isFlushing = false;
      if (this.#isDriving) this.#fill();
    });
  }

  #fill(): void {
    const missing = this.#options.inFlight - this.#tally.underWay;
    if (missing <= 0) return;
    this.#publisher?.publish(Array.from({ length: missing }, () => this.#tally.newText()));
  }

  #idle(): Promise<void> {
    if (this.#tally.underWay === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#target.fail(new Error(`${this.#tally.missing} deliveries are missing.`));
      }, PATIENCE);
      this.#onIdle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
