import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PartitionedStore } from "../store/partitioned-store.ts";
import { SharedStore } from "../store/shared-store.ts";
import { STORE_KINDS } from "../support/world.ts";
import { actions } from "./acks/actions.ts";
import { Story } from "./acks/story.ts";

// Others than these are for those who look for more: SEED=1 RUNS=5000 npx vitest run ...
const SEED = Number(process.env.SEED ?? 20_260_101);
const RUNS = Number(process.env.RUNS ?? 400);

const STORES = {
  "one partition": () => new SharedStore(),
  "several partitions": () => new PartitionedStore(),
};

describe.each(Object.entries(STORES))("a client that acknowledges, with a log of %s", (_, make) => {
  it.each(STORE_KINDS)(
    "gets each message once and in order, whatever is cut whenever and whichever node it asks, over $name",
    async (kind) => {
      const property = fc.asyncProperty(actions, async (list) => {
        const story = new Story(kind, make());
        await story.begin();
        for (const action of list) await story.act(action);
        await story.finish();
        expect(story.peer.faults).toEqual([]);
        expect(story.received()).toEqual(story.owed());
      });
      // A failure prints the seed and the shortest list of actions that it takes.
      await fc.assert(property, { seed: SEED, numRuns: RUNS });
    },
    60_000 + RUNS * 200,
  );
});
