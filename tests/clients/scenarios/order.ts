import { setImmediate as nextTurn } from "node:timers/promises";
import { expect } from "vitest";
import type { RealClient } from "../drivers/real-client.ts";
import { dataOf, soon } from "../soon.ts";
import type { Stage } from "../stage.ts";
import type { Scenario } from "./scenario.ts";

const NUMBERS: readonly number[] = Array.from({ length: 200 }, (_, at) => at);
/** Few enough that every library sends them in one request: two at a time may overtake each other. */
const BATCH = 5;
const MIDDLE = NUMBERS.length / 2;
/** So short that a connect times out while messages come, also where they pass it by. */
const IMPATIENT = { comet: { timeout: 2_000 } };

export const ORDER: readonly Scenario[] = [
  {
    name: "gets 200 messages of the server once and in order while connects come and go",
    server: IMPATIENT,
    async run(stage) {
      const reader = await stage.welcome("/numbers");
      await soon(() => stage.server.comet.stats().held).toBe(1);
      const connects = watchConnects(stage);
      for (const number of NUMBERS) {
        await stage.server.comet.publish("/numbers", number);
        if (number % BATCH === 0) await nextTurn();
        if (number === MIDDLE) await connects.untilOne();
      }
      await expectAll(stage, reader);
    },
  },
  {
    name: "gets 200 messages of a peer once and in order while connects come and go",
    server: IMPATIENT,
    async run(stage) {
      const reader = await stage.welcome("/numbers");
      const writer = await stage.welcome();
      await soon(() => stage.server.comet.stats().held).toBe(2);
      const connects = watchConnects(stage);
      for (let at = 0; at < NUMBERS.length; at += BATCH) {
        const outcomes = await writer.publishAll("/numbers", NUMBERS.slice(at, at + BATCH));
        expect(outcomes).toEqual(outcomes.map(() => ({ successful: true })));
        if (at === MIDDLE) await connects.untilOne();
      }
      await expectAll(stage, reader);
    },
  },
];

/** The server has the last word, after which nothing is on its way any more. */
async function expectAll({ server }: Stage, reader: RealClient): Promise<void> {
  await server.comet.publish("/numbers", "end");
  await soon(() => dataOf(reader)).toContain("end");
  expect(await dataOf(reader)).toEqual([...NUMBERS, "end"]);
}

/** Waits until a connect has come since this was called: the one that was held has been answered. */
function watchConnects({ server }: Stage): { untilOne(): Promise<void> } {
  let count = 0;
  server.comet.on("connecting", () => {
    count++;
  });
  return { untilOne: async () => await soon(() => count).toBeGreaterThan(0) };
}
