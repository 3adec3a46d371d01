import type { Measurement } from "../measurement.ts";
import type { Transport } from "../servers/server.ts";
import type { Wire } from "../wires/wire.ts";
import { arrivals, closeAll, subscriber } from "./session.ts";
import { firstTarget, type Stage, type Workload } from "./workload.ts";

interface IdleOptions {
  readonly transport: Transport;
  /** Come before anything is measured: what is needed once, for whatever number of clients, is there then. */
  readonly first: number;
  readonly clients: number;
}

/** What the server holds for clients that are subscribed, connected and silent. */
export function idle(options: IdleOptions): Workload {
  const { transport, first, clients } = options;
  return {
    name: `memory, ${transport}, ${clients} idle clients`,
    operation: "client",
    transport,
    nodes: 1,
    servers: "in memory",
    usesPatterns: false,
    connections: 2 * (first + clients),
    measure: (wire, stage) => measure(wire, stage, options),
  };
}

async function measure(wire: Wire, stage: Stage, options: IdleOptions): Promise<Measurement> {
  const target = firstTarget(stage);
  const arrive = (index: number) =>
    subscriber(wire, target, [`/bench/rooms/${index % 100}`], () => undefined);
  const first = await arrivals(options.first, arrive);
  const before = await stage.settledMemory();
  const clients = await arrivals(options.clients, (index) => arrive(options.first + index));
  const after = await stage.settledMemory();
  closeAll([...first, ...clients]);
  return { bytesPerClient: (after - before) / options.clients };
}
