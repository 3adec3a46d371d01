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

interface CrowdOptions {
  readonly transport: Transport;
  readonly subscribers: number;
  /** Milliseconds from one message to the next, within which the server has sent it to everybody. */
  readonly between: number;
}

/**
 * One message goes to a crowd while another client asks and asks. The latencies are those of its requests. What is
 * sent to the crowd is read later, so that the generator does nothing but to ask. For how long somebody must wait is a
 * promise of the server, so the time that server or generator waited for a processor is taken off.
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
    measure: underLoad((wire, stage) => open(wire, stage, options)),
  };
}

async function open(wire: Wire, stage: Stage, options: CrowdOptions): Promise<Session> {
  const target = firstTarget(stage);
  const tally = tallyFor(target, options.subscribers);
  const subscribers = await arrivals(options.subscribers, (index) =>
    subscriber(wire, target, [CHANNEL], (body) => tally.receive(index, body)),
  );
  const publisher = await wire.connect(target);
  const asker = await wire.connect(target);
  const { between } = options;
  return new Crowd({ between, stage, target, tally, subscribers, publisher, asker });
}

interface CrowdParts {
  readonly between: number;
  readonly stage: Pick<Stage, "waited">;
  readonly target: Target;
  readonly tally: Tally;
  readonly subscribers: readonly Client[];
  readonly publisher: Client;
  readonly asker: Client;
}

class Crowd implements Session {
  readonly #parts: CrowdParts;

  constructor(parts: CrowdParts) {
    this.#parts = parts;
  }

  async drive(ms: number): Promise<Load> {
    const latencies = new Latencies();
    const start = performance.now();
    let operations = 0;
    do {
      await this.#publishOnce(latencies);
      operations += this.#parts.subscribers.length;
    } while (performance.now() - start < ms);
    const seconds = (performance.now() - start) / 1_000;
    await aftermath();
    return { operations, seconds, latencies };
  }

  close(): void {
    const { subscribers, publisher, asker } = this.#parts;
    closeAll([...subscribers, publisher, asker]);
  }

  async #publishOnce(latencies: Latencies): Promise<void> {
    const { between, target, tally, subscribers, publisher } = this.#parts;
    const delivery = { stream: 0, recipients: subscribers.length, onReachedAll: () => undefined };
    for (const client of subscribers) client.pause();
    const asking = this.#ask(between, latencies);
    await delay(between / 10);
    publisher.publish(CHANNEL, [tally.newText(delivery)]);
    await asking;
    for (const client of subscribers) client.resume();
    await allArrived(tally, target);
  }

  /** Asks again and again for this many milliseconds. */
  async #ask(ms: number, latencies: Latencies): Promise<void> {
    const { asker, stage } = this.#parts;
    const end = performance.now() + ms;
    while (performance.now() < end) {
      const waited = stage.waited();
      const start = performance.now();
      await asker.publishForReceipt("/bench/nobody", "may I?");
      const took = performance.now() - start;
      latencies.record(Math.max(0, took - (stage.waited() - waited)));
    }
  }
}
