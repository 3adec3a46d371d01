import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { STORE_KINDS } from "../support/world.ts";
import { actionsOf } from "./exactly-once/actions.ts";
import { Story } from "./exactly-once/story.ts";

// Others than these are for those who look for more: SEED=1 RUNS=5000 npx vitest run ...
const SEED = Number(process.env.SEED ?? 20_260_101);
const RUNS = Number(process.env.RUNS ?? 400);

const PLACES = STORE_KINDS.flatMap((kind) => [
  { kind, nodes: 1, name: `on a node with ${kind.name}` },
  { kind, nodes: 2, name: `on two nodes with ${kind.name}` },
]);

describe.each(PLACES)("whatever happens in whichever order, $name", ({ kind, nodes }) => {
  it.each([
    ["every client gets each message once and in order, and nothing is left behind", "leave"],
    ["a shutdown answers everything and leaves nothing behind", "close"],
  ] as const)(
    "%s",
    async (_, end) => {
      const property = fc.asyncProperty(actionsOf(end, nodes), async (actions) => {
        const story = new Story(kind, nodes);
        for (const action of actions) await story.act(action);
        await story.finish(end);
        expect(story.faults).toEqual([]);
      });
      // A failure prints the seed and the shortest list of actions that it takes.
      await fc.assert(property, { seed: SEED, numRuns: RUNS / nodes });
    },
    60_000 + RUNS * 100,
  );
});
