import { fanOut } from "./fan-out.ts";
import type { Workload } from "./workload.ts";

/** All that is measured, in the order in which it is reported. */
export const WORKLOADS: readonly Workload[] = [
  fanOut({ transport: "websocket", subscribers: 1_000, inFlight: 8 }),
  fanOut({ transport: "websocket", subscribers: 1_000, inFlight: 1 }),
  fanOut({ transport: "long-polling", subscribers: 1_000, inFlight: 1 }),
];
