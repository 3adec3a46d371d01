import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Case } from "./run.ts";
import type { Runner } from "./runner.ts";
import { SERVERS } from "./servers/table.ts";
import { takeTurns } from "./turns.ts";
import { WORKLOADS } from "./workloads/table.ts";

const [workload] = WORKLOADS;
const cases = SERVERS.slice(0, 3).map((server) => ({ workload, server }) as Case);

function runner(atATime: number, run: Runner["run"]): Runner {
  return { cases, notes: [], atATime, run };
}

describe("turns", () => {
  beforeEach(() => {
    vi.spyOn(console, "log").mockImplementation(() => undefined);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it("are all taken, round after round, with the median of each case", async () => {
    const order: string[] = [];
    const { results } = await takeTurns(
      runner(1, async ({ server }) => ({ kiloInstructions: order.push(server.name) })),
      2,
    );
    const names = cases.map(({ server }) => server.name);
    expect(order).toEqual([...names, ...names]);
    expect(results.map(({ server, median }) => [server, median.kiloInstructions])).toEqual([
      [names[0], 2.5],
      [names[1], 3.5],
      [names[2], 4.5],
    ]);
  });

  it("are under way side by side, but never more than allowed", async () => {
    let underWay = 0;
    let most = 0;
    await takeTurns(
      runner(2, async () => {
        most = Math.max(most, ++underWay);
        await Promise.resolve();
        underWay--;
        return { kiloInstructions: 1 };
      }),
      2,
    );
    expect(most).toBe(2);
  });

  it("that fail are said in place of figures, and harm no other", async () => {
    const { results, failures } = await takeTurns(
      runner(2, async (one) => {
        if (one === cases[1]) throw new Error("1 delivery is missing.");
        return { kiloInstructions: 1 };
      }),
      1,
    );
    expect(results.map(({ server }) => server)).toEqual([
      cases[0]?.server.name,
      cases[2]?.server.name,
    ]);
    expect(failures).toEqual([
      `A run failed: ${cases[1]?.server.name}: ${workload?.name}: 1 delivery is missing.`,
    ]);
  });
});
