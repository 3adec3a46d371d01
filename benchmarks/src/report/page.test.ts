import { describe, expect, it } from "vitest";
import type { Measurement } from "../measurement.ts";
import { goalsOf } from "./goals.ts";
import { currentPage, pageOf } from "./page.ts";
import { type CaseResult, publishedResults } from "./results-file.ts";
import { tablesOf } from "./table.ts";

const WEBSOCKET = "fan-out, websocket, 1000 subscribers, 8 in flight";

function result(server: string, median: Measurement, workload = WEBSOCKET): CaseResult {
  return { workload, operation: "delivery", server, median, runs: [median] };
}

describe("goals", () => {
  it("are compared with what a peer costs in the same run", () => {
    const results = [
      result("encke", { cpuMicroseconds: 2 }),
      result("faye", { cpuMicroseconds: 17 }),
      result("ws", { cpuMicroseconds: 7 }),
    ];
    expect(goalsOf(results)).toEqual([
      {
        workload: WEBSOCKET,
        goal: "cost: faye / ours at least 8",
        measured: "8.50",
        isReached: true,
      },
      {
        workload: WEBSOCKET,
        goal: "cost: ws / ours at least 4",
        measured: "3.50",
        isReached: false,
      },
    ]);
  });

  it("hold for the gateway to Socket.IO by itself", () => {
    const results = [
      result("encke for Socket.IO clients", { cpuMicroseconds: 2 }),
      result("socket.io", { cpuMicroseconds: 3 }),
    ];
    expect(goalsOf(results)).toEqual([
      {
        workload: WEBSOCKET,
        goal: "cost: socket.io / encke for Socket.IO clients at least 1",
        measured: "1.50",
        isReached: true,
      },
    ]);
  });

  it("are compared by instructions where those are counted", () => {
    const results = [
      result("encke", { kiloInstructions: 4, cpuMicroseconds: 1 }),
      result("ws", { kiloInstructions: 20, cpuMicroseconds: 1 }),
    ];
    expect(goalsOf(results).map(({ measured, isReached }) => [measured, isReached])).toEqual([
      ["4.0", true],
      ["5.00", true],
    ]);
  });

  it("say nothing of what was not measured", () => {
    expect(goalsOf([result("faye", { cpuMicroseconds: 17 })])).toEqual([]);
  });

  it("limit the memory of an idle client, in kilobytes", () => {
    const idle = "memory, websocket, 5000 idle clients";
    const [goal] = goalsOf([result("encke", { bytesPerClient: 12_600 }, idle)]);
    expect(goal).toMatchObject({ measured: "12.6", isReached: false });
  });
});

describe("a table", () => {
  it("has the columns for which there are figures, and what the others cost compared with the first", () => {
    const results = [
      result("encke", { cpuMicroseconds: 2, latencyP50: 1.04 }),
      result("faye", { cpuMicroseconds: 17, latencyP50: 6 }),
    ];
    expect(tablesOf(results)).toBe(
      [
        `### ${WEBSOCKET} (per delivery)`,
        "",
        "| server | µs CPU | p50 ms | / encke |",
        "| ---    |   ---: |   ---: |    ---: |",
        "| encke  |   2.00 |    1.0 |    1.00 |",
        "| faye   |  17.00 |    6.0 |    8.50 |",
        "",
      ].join("\n"),
    );
  });
});

describe("the page", () => {
  it("says when, where and how its figures came about, and what could not be measured", () => {
    const page = pageOf({
      environment: {
        date: "2026-11-21T12:00:00.000Z",
        command: "npm run bench -- --publish",
        processor: "a processor",
        processors: 2,
        memory: 8,
        load: 0.31,
        system: "Linux 6.1",
        node: "v20.20.2",
        versions: { faye: "1.4.3" },
      },
      notes: ["Left out: something."],
      results: [result("encke", { cpuMicroseconds: 2 })],
    });
    expect(page).toContain("- Date: 2026-11-21\n- Command: `npm run bench -- --publish`\n");
    expect(page).toContain("a processor, 2 processors, 8 GB, Linux 6.1, Node v20.20.2");
    expect(page).toContain("- Load of the machine when it began: 0.3\n");
    expect(page).toContain("- Versions: faye 1.4.3\n- Left out: something.\n");
  });

  it("in the documentation is made of the run that was published last", () => {
    expect(currentPage()).toBe(pageOf(publishedResults()));
  });

  it("in the documentation counts no round in which a delivery of ours was missing", () => {
    const { results, notes } = publishedResults();
    expect(results.some(({ server }) => server === "encke")).toBe(true);
    expect(notes.filter((note) => note.startsWith("A run failed: encke"))).toEqual([]);
  });
});
