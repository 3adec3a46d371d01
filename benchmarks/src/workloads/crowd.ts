import { setTimeout as delay } from "node:timers/promises";
import type { Transport } from "../servers/server.ts";
import type { Client, Target, Wire } from "../wires/wire.ts";
import { Latencies } from "./latencies.ts";
import {
  aftermath,
  allArrived,
  arrivals,
  closeAll,
  type Session,
  subscriber,
  tallyFor,
  underLoad,
} from "./session.ts";
import type { Tally } from "./tally.ts";
import { firstTarget, type Load, type Stage, type Workload } from "./workload.ts";

const CHANNEL = "/bench/crowd";
/** Milliseconds from one message to the next, within which the server has sent it to everybody. */
const BETWEEN = 700;

interface CrowdOptions {
  readonly transport: Transport;
  readonly subscribers: number;
}

/**
 * One message goes to a crowd while another client asks and asks. The latencies are those of its requests. What is
 * sent to the crowd is read later, so that the generator does nothing but to ask.
 */
export function crowd(options: CrowdOptions): Workload {
  const { transport, subscribers } = options;
  return {
    name: `crowd, ${transport}, requests beside one message to ${subscribers}`,
    operation: "delivery",
    transport,
    nodes: 1,
    servers: "in memory",
    usesPatterns: false,
    connections: subscribers + 2,
    measure: underLoad((wire, stage) => Crowd.open(wire, stage, options)),
  };
}

class Crowd implements Session {
  readonly #target: Target;
  readonly #tally: Tally;
  readonly #subscribers: readonly Client[];
  readonly #publisher: Client;
  readonly #asker: Client;

  private constructor(target: Target, tally: Tally, clients: readonly Client[]) {
    const [publisher, asker, ...subscribers] = clients as [Client, Client, ...Client[]];
    this.#target = target;
    this.#tally = tally;
    this.#publisher = publisher;
    this.#asker = asker;
    this.#subscribers = subscribers;
  }

  static async open(wire: Wire, stage: Stage, options: CrowdOptions): Promise<Crowd> {
    const target = firstTarget(stage);
    const tally = tallyFor(target, options.subscribers);
    const subscribers = await arrivals(options.subscribers, (index) =>
      subscriber(wire, target, [CHANNEL], (body) => tally.receive(index, body)),
    );
    const others = await arrivals(2, () => wire.connect(target));
    return new Crowd(target, tally, [...others, ...subscribers]);
  }

  async drive(ms: number): Promise<Load> {
    const latencies = new Latencies();
    const start = performance.now();
    let operations = 0;
    do {
      for (const client of this.#subscribers) client.pause();
      const asking = this.#askFor(BETWEEN, latencies);
      await delay(BETWEEN / 10);
      const recipients = this.#subscribers.length;
      const delivery = { stream: 0, recipients, onReachedAll: () => undefined };
      this.#publisher.publish(CHANNEL, [this.#tally.newText(delivery)]);
      await asking;
      for (const client of this.#subscribers) client.resume();
      await allArrived(this.#tally, this.#target);
      operations += recipients;
    } while (performance.now() - start < ms);
    const seconds = (performance.now() - start) / 1_000;
    await aftermath();
    return { operations, seconds, latencies };
  }

  close(): void {
    closeAll([...this.#subscribers, this.#publisher, this.#asker]);
  }

  async #askFor(ms: number, latencies: Latencies): Promise<void> {
    const end = performance.now() + ms;
    for (let start = performance.now(); start < end; ) {
      await this.#asker.publishForReceipt("/bench/nobody", "may I?");
      const now = performance.now();
      latencies.record(now - start);
      start = now;
    }
  }
}
