import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { FAULTS } from "./all-faults.ts";
import { bundle } from "./support/bundle.ts";
import { Cluster, IS_LONG } from "./support/cluster.ts";
import { type Fault, ON_DISK } from "./support/fault.ts";
import { keep } from "./support/figures.ts";
import type { Outcome } from "./support/outcome.ts";
import { type Size, tell } from "./support/story.ts";

const SIZE: Size = IS_LONG
  ? { isLong: true, count: 32, pause: 100, limit: 150_000 }
  : { isLong: false, count: 6, pause: 50, limit: 60_000 };
/** What it takes beyond the limit to open and to close it all, and to wait for what comes late. */
const AROUND = 60_000;

const program = await bundle(new URL("support/node-program.ts", import.meta.url));
afterAll(() => program.remove());

describe("clients of all kinds get everything in order, and those that acknowledge get it once, while", () => {
  const isEach = process.env.FAULTS !== undefined;
  const faults = FAULTS.filter(({ isShort }) => isEach || isShort);
  const named = faults.map((fault) => [fault.name, fault] as const);
  it.each(named)("%s", { timeout: 2 * SIZE.limit + AROUND }, async (_, fault) => {
    const { isHarmless = false, mayRepeat = [] } = fault;
    const outcome = await measure(fault);
    const { acknowledging, polling, socket } = outcome.tallies;
    expect(outcome.troubles).toEqual([]);
    expect(acknowledging).toMatchObject({ lost: 0, reordered: 0 });
    if (isHarmless) expect(polling.lost + socket.lost).toBe(0);
    for (const manner of ["acknowledging", "polling", "socket"] as const) {
      if (!mayRepeat.includes(manner)) expect(outcome.tallies[manner].doubled, manner).toBe(0);
    }
  });
});

async function measure(fault: Fault): Promise<Outcome> {
  const begin = performance.now();
  const { node = {}, happens } = "stage" in fault ? await fault.stage() : fault;
  const { redis = ON_DISK } = fault;
  const cluster = await Cluster.start({ program: program.path, redis, node });
  onTestFinished(() => cluster.close());
  const size = { ...SIZE, ...(IS_LONG ? fault.size : {}) };
  const outcome = await tell(cluster, size, (progress) => happens(cluster, progress));
  const seconds = Math.round((performance.now() - begin) / 1_000);
  const number = FAULTS.indexOf(fault);
  if (IS_LONG) await keep({ number, fault: fault.name, seconds, ...outcome });
  return outcome;
}
