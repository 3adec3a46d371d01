import type { Transport } from "../servers/server.ts";
import { Loops } from "./loops.ts";
import { underLoad } from "./session.ts";
import { firstTarget, type Workload } from "./workload.ts";

/** The costs of all servers fall by two thirds until some five thousand clients have come and gone, and stay there. */
const WARMTH = 2;

/** Clients come, subscribe and go, so many at a time. */
export function storm(options: {
  readonly transport: Transport;
  readonly atATime: number;
}): Workload {
  const { transport, atATime } = options;
  return {
    name: `connect storm, ${transport}, ${atATime} at a time`,
    operation: "client: TCP, handshake, subscribe, disconnect",
    transport,
    nodes: 1,
    servers: "in memory",
    usesPatterns: false,
    connections: 2 * atATime,
    measure: underLoad(async (wire, stage) => {
      const step = async () => {
        const client = await wire.connect(firstTarget(stage));
        await client.subscribe("/bench/news");
        await client.disconnect();
      };
      return new Loops(
        Array.from({ length: atATime }, () => step),
        [],
      );
    }, WARMTH),
  };
}
