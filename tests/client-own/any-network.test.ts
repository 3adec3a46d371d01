import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { actions } from "./any-network/actions.ts";
import { type Setting, Story } from "./any-network/story.ts";

// Others than these are for those who look for more: SEED=1 RUNS=5000 npx vitest run ...
const SEED = Number(process.env.SEED ?? 20_260_101);
const RUNS = Number(process.env.RUNS ?? 50);

const SETTINGS: readonly Setting[] = [
  { transport: "long-polling", acknowledges: true },
  { transport: "long-polling", acknowledges: false },
  { transport: "websocket", acknowledges: true },
  { transport: "websocket", acknowledges: false },
];

describe("whatever the network does", () => {
  it.each(SETTINGS)(
    "all that is asked of the client ends, and nothing is done twice: $transport, acknowledging: $acknowledges",
    async (setting) => {
      const property = fc.asyncProperty(actions(), async (list) => {
        const story = new Story(setting);
        for (const action of list) await story.act(action);
        await story.finish();
        expect(story.faults).toEqual([]);
      });
      // A failure prints the seed and the shortest list of actions that it takes.
      await fc.assert(property, { seed: SEED, numRuns: RUNS });
    },
    60_000 + RUNS * 1_000,
  );
});
