import type { RedisSetting } from "../../support/redis-server.ts";
import type { Cluster, ClusterSettings } from "./cluster.ts";
import type { Manner } from "./ledger.ts";
import type { Progress, Size } from "./story.ts";

/** Something that goes wrong, as a reader of the figures knows it; or what makes the servers that it needs. */
export type Fault = Story & (Plot | { readonly stage: () => Promise<Plot> });

interface Story {
  readonly name: string;
  /** Whether it is among those that are tried each time that all tests run. */
  readonly isShort?: boolean;
  /** @default {@link ON_DISK} */
  readonly redis?: readonly RedisSetting[];
  /** How many messages there are, and how often, where that differs from the other faults. */
  readonly size?: Partial<Size>;
  /** Who may get something twice. Nobody, where it is not said. */
  readonly mayRepeat?: readonly Manner[];
  /** Whether nobody loses anything by it, those who do not acknowledge included. */
  readonly isHarmless?: boolean;
}

/** What it is about. */
export interface Plot {
  readonly node?: ClusterSettings["node"];
  readonly happens: (cluster: Cluster, progress: Progress) => Promise<void>;
}

/** Each write is on the disk before Redis answers. */
export const ON_DISK: readonly RedisSetting[] = [
  ["appendonly", "yes"],
  ["appendfsync", "always"],
  ["enable-debug-command", "yes"],
];

/** Logs of their own for channels that begin differently, and for clients. */
export const FOUR_PARTITIONS: NonNullable<Plot["node"]> = { store: { partitions: 4 } };

/** What was written in the last second may not be on the disk. */
export const EVERY_SECOND: readonly RedisSetting[] = [
  ["appendonly", "yes"],
  ["appendfsync", "everysec"],
  ["enable-debug-command", "yes"],
];

/** Does it again and again, at these shares of the whole. */
export async function atEach(
  shares: readonly number[],
  progress: Progress,
  what: () => unknown,
): Promise<void> {
  for (const share of shares) {
    await progress(share);
    await what();
  }
}
