import { LOSS_FAULTS } from "./loss-faults.ts";
import { NETWORK_FAULTS } from "./network-faults.ts";
import { NODE_FAULTS } from "./node-faults.ts";
import { REDIS_FAULTS } from "./redis-faults.ts";
import { REPLICA_FAULTS } from "./replica-faults.ts";
import type { Fault } from "./support/fault.ts";

/** In the order in which they run, and stand in the table. */
export const FAULTS: readonly Fault[] = [
  ...NODE_FAULTS,
  ...NETWORK_FAULTS,
  ...REDIS_FAULTS,
  ...LOSS_FAULTS,
  ...REPLICA_FAULTS,
];
