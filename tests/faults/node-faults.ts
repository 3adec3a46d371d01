import { HOLD, IS_LONG, PATIENCE } from "./support/cluster.ts";
import { atEach, type Fault, FOUR_PARTITIONS } from "./support/fault.ts";

/** What happens to the nodes. */
export const NODE_FAULTS: readonly Fault[] = [
  { name: "nothing happens", isShort: true, isHarmless: IS_LONG, happens: async () => {} },
  {
    name: "a node is killed, three times",
    isShort: true,
    mayRepeat: ["socket"],
    happens: (cluster, progress) => atEach([0.2, 0.4, 0.6], progress, () => cluster.killNode()),
  },
  {
    name: "a node stands still for longer than its clients wait, twice",
    isShort: true,
    mayRepeat: ["socket"],
    happens: (cluster, progress) =>
      atEach([0.2, 0.6], progress, () => cluster.freezeNode(HOLD + PATIENCE + 1_000)),
  },
  {
    name: "a node is killed, three times, and the log has four partitions",
    isShort: true,
    node: FOUR_PARTITIONS,
    mayRepeat: ["socket"],
    happens: (cluster, progress) => atEach([0.2, 0.4, 0.6], progress, () => cluster.killNode()),
  },
];
