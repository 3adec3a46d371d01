import type { Transport } from "../servers/server.ts";
import { Loops } from "./loops.ts";
import { arrivals, underLoad } from "./session.ts";
import { firstTarget, type Workload } from "./workload.ts";

const TEXT = "the quick brown fox jumps over the lazy dog again";

/** Each client publishes where nobody listens, and again when the server has confirmed it. */
export function receipts(options: {
  readonly transport: Transport;
  readonly clients: number;
}): Workload {
  const { transport, clients: count } = options;
  return {
    name: `publish and receipt, ${transport}, ${count} clients`,
    operation: "publish",
    transport,
    nodes: 1,
    servers: "in memory and on Redis",
    usesPatterns: false,
    connections: 2 * count,
    measure: underLoad(async (wire, stage) => {
      const clients = await arrivals(count, () => wire.connect(firstTarget(stage)));
      const steps = clients.map(
        (client, index) => () => client.publishForReceipt(`/bench/nobody/${index}`, TEXT),
      );
      return new Loops(steps, clients);
    }),
  };
}
