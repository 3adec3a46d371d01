import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { STORE_KINDS } from "../support/world.ts";
import { actions } from "./acks/actions.ts";
import { Story } from "./acks/story.ts";

// Others than these are for those who look for more: SEED=1 RUNS=5000 npx vitest run ...
const SEED = Number(process.env.SEED ?? 20_260_101);
const RUNS = Number(process.env.RUNS ?? 400);

describe.each(STORE_KINDS)("a client that acknowledges, over $name", (kind) => {
  it(
    "gets each message once and in order, whatever is cut whenever and whichever node it asks",
    async () => {
      const property = fc.asyncProperty(actions, async (list) => {
        const story = new Story(kind);
        await story.begin();
        for (const action of list) await story.act(action);
        await story.finish();
        expect(story.peer.faults).toEqual([]);
        expect(story.peer.received).toEqual(story.owed());
      });
      // A failure prints the seed and the shortest list of actions that it takes.
      await fc.assert(property, { seed: SEED, numRuns: RUNS });
    },
    60_000 + RUNS * 200,
  );
});
