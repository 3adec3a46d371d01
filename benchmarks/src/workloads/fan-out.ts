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
import type { Delivery, Tally } from "./tally.ts";
import { firstTarget, type Load, lastTarget, type Stage, type Workload } from "./workload.ts";

const CHANNEL = "/bench/news";
/** The costs of two nodes still fall by a third after both together have executed three thousand million instructions. */
const WARMTH_OF_TWO = 2;

/** When the next message is sent: when one has reached everybody, or when it is time. */
type Pace = { readonly inFlight: number } | { readonly perSecond: number };

interface FanOutOptions {
  readonly transport: Transport;
  readonly subscribers: number;
  readonly pace: Pace;
  /** Whether the subscribers are on all nodes, and not on the last one alone. */
  readonly isSpread?: boolean;
}

/** One publishes, everybody else gets it. */
export function fanOut(
  options: FanOutOptions & { readonly servers: Workload["servers"] },
): Workload {
  const { transport, subscribers, pace, servers } = options;
  const isPaced = "perSecond" in pace;
  const how = isPaced ? `${pace.perSecond} messages a second` : `${pace.inFlight} in flight`;
  return {
    name: `${isPaced ? "latency" : "fan-out"}, ${transport}, ${subscribers} subscribers, ${how}`,
    operation: "delivery",
    transport,
    nodes: 1,
    servers,
    usesPatterns: false,
    connections: subscribers + 1,
    measure: underLoad((wire, stage) => open(wire, stage, options)),
  };
}

/** One publishes on one node, everybody else gets it on the other. */
export function fanOutToOtherNode(options: FanOutOptions): Workload {
  const { transport, subscribers } = options;
  return {
    ...fanOut({ ...options, servers: "on Redis" }),
    name: `two nodes and Redis, ${transport}, ${subscribers} subscribers on the other node`,
    nodes: 2,
    measure: underLoad((wire, stage) => open(wire, stage, options), WARMTH_OF_TWO),
  };
}

/** One publishes, everybody else gets it, spread over the nodes: what another processor is good for. */
export function fanOutOverNodes(options: FanOutOptions & { readonly nodes: number }): Workload {
  const { transport, subscribers, nodes } = options;
  return {
    ...fanOut({ ...options, servers: "on Redis" }),
    name: `several processes (${nodes}) and Redis, ${transport}, ${subscribers} subscribers spread over them`,
    nodes,
    measure: underLoad((wire, stage) => open(wire, stage, { ...options, isSpread: true })),
  };
}

async function open(wire: Wire, stage: Stage, options: FanOutOptions): Promise<Session> {
  const target = lastTarget(stage);
  const tally = tallyFor(target, options.subscribers);
  const nodes = options.isSpread ? stage.targets : [target];
  const nodeOf = (index: number): Target => nodes[index % nodes.length] ?? target;
  const subscribers = await arrivals(options.subscribers, (index) =>
    subscriber(wire, nodeOf(index), [CHANNEL], (body) => tally.receive(index, body)),
  );
  const publisher = await wire.connect(firstTarget(stage));
  return new FanOut({ pace: options.pace, target, tally, subscribers, publisher });
}

interface FanOutParts {
  readonly pace: Pace;
  readonly target: Target;
  readonly tally: Tally;
  readonly subscribers: readonly Client[];
  readonly publisher: Client;
}

class FanOut implements Session {
  readonly #parts: FanOutParts;
  readonly #delivery: Delivery;
  #isDriving = false;
  #reached = 0;
  #isFlushing = false;

  constructor(parts: FanOutParts) {
    this.#parts = parts;
    const recipients = parts.subscribers.length;
    this.#delivery = { stream: 0, recipients, onReachedAll: () => this.#reachedAll() };
  }

  async drive(ms: number): Promise<Load> {
    const { tally, target } = this.#parts;
    const latencies = new Latencies();
    tally.latencies = latencies;
    this.#reached = 0;
    const start = performance.now();
    await this.#publishFor(ms);
    await allArrived(tally, target);
    const seconds = (performance.now() - start) / 1_000;
    const operations = this.#reached * this.#delivery.recipients;
    await aftermath();
    return { operations, seconds, latencies };
  }

  close(): void {
    closeAll(this.#parts.subscribers);
    this.#parts.publisher.close();
  }

  async #publishFor(ms: number): Promise<void> {
    const { pace } = this.#parts;
    const timer =
      "perSecond" in pace ? setInterval(() => this.#publish(1), 1_000 / pace.perSecond) : undefined;
    this.#isDriving = true;
    this.#publish("perSecond" in pace ? 1 : pace.inFlight);
    await delay(ms);
    this.#isDriving = false;
    clearInterval(timer);
  }

  #reachedAll(): void {
    this.#reached++;
    if (this.#isFlushing || !this.#isDriving) return;
    // What arrives in the same turn is answered together, as the application of a busy client does.
    this.#isFlushing = true;
    setImmediate(() => {
      this.#isFlushing = false;
      if (this.#isDriving) this.#fill();
    });
  }

  #fill(): void {
    const { pace, tally } = this.#parts;
    if ("inFlight" in pace) this.#publish(pace.inFlight - tally.underWay);
  }

  #publish(count: number): void {
    if (count <= 0) return;
    const { tally, publisher } = this.#parts;
    const texts = Array.from({ length: count }, () => tally.newText(this.#delivery));
    publisher.publish(CHANNEL, texts);
  }
}
