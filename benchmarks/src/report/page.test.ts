import { describe, expect, it } from "vitest";
import type { Measurement } from "../measurement.ts";
import { NO_COUNTER } from "../server-process/instruction-counter.ts";
import { WORKLOADS } from "../workloads/table.ts";
import { goalsOf, isAboutCosts } from "./goals.ts";
import { mergedResults } from "./merged-results.ts";
import { currentPage, pageOf } from "./page.ts";
import { type CaseResult, publishedResults, type Results } from "./results-file.ts";
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
        bare: undefined,
      },
      {
        workload: WEBSOCKET,
        goal: "cost: ws / ours at least 4",
        measured: "3.50",
        isReached: false,
        bare: undefined,
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
        bare: undefined,
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

  it("are compared by what was counted or measured for both", () => {
    const results = [
      result("encke", { kiloInstructions: 4, cpuMicroseconds: 1 }),
      result("ws", { cpuMicroseconds: 6 }),
    ];
    expect(goalsOf(results).map(({ measured }) => measured)).toEqual(["4.0", "6.00"]);
  });

  it("stand beside what a server without any protocol reaches", () => {
    const results = [
      result("encke", { kiloInstructions: 4, cpuMicroseconds: 1 }),
      result("faye", { kiloInstructions: 40, cpuMicroseconds: 1 }),
      result("bare node:net", { kiloInstructions: 2.5, cpuMicroseconds: 1 }),
    ];
    expect(goalsOf(results).map(({ measured, bare }) => [measured, bare])).toEqual([
      ["4.0", "2.5"],
      ["10.00", "16.00"],
    ]);
  });

  it("stand beside nothing where that was not counted as they were", () => {
    const results = [
      result("encke", { kiloInstructions: 4, cpuMicroseconds: 1 }),
      result("faye", { kiloInstructions: 40, cpuMicroseconds: 1 }),
      result("bare node:net", { cpuMicroseconds: 1 }),
    ];
    expect(goalsOf(results).map(({ measured, bare }) => [measured, bare])).toEqual([
      ["4.0", undefined],
      ["10.00", undefined],
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

describe("a workload", () => {
  it("is about costs when one of its goals is", () => {
    const names = WORKLOADS.map(({ name }) => name);
    const others = names.filter((name) => !isAboutCosts(name));
    expect(names.filter(isAboutCosts)).toHaveLength(12);
    expect(others.map((name) => name.split(",")[0])).toEqual([
      "latency",
      "latency",
      "memory",
      "memory",
      "crowd",
      "several processes (1) and Redis",
      "several processes (2) and Redis",
      "load test of CometD",
      "load test of CometD",
    ]);
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

const ENVIRONMENT = {
  date: "2026-11-21T12:00:00.000Z",
  command: "npm run bench -- --publish",
  processor: "a processor",
  processors: 2,
  memory: 8,
  load: 0.31,
  system: "Linux 6.1",
  node: "v20.20.2",
  versions: { faye: "1.4.3" },
};
const MEASURED: Results = {
  environment: ENVIRONMENT,
  notes: ["Left out: something.", NO_COUNTER],
  results: [result("encke", { cpuMicroseconds: 2 }), result("ws", { cpuMicroseconds: 20 })],
};
const COUNTED: Results = {
  environment: {
    ...ENVIRONMENT,
    date: "2026-11-22T12:00:00.000Z",
    command: "npm run bench -- --emulated --publish",
    emulated: "QEMU 7.2, Linux 6.1.0",
    versions: { faye: "1.4.4" },
  },
  notes: ["Left out: another thing."],
  results: [
    result("encke", { kiloInstructions: 4, kiloInstructionsInKernel: 3 }),
    result("ws", { kiloInstructions: 18, kiloInstructionsInKernel: 12 }),
  ],
};

describe("the page", () => {
  const page = pageOf({ measured: MEASURED, counted: undefined });
  const pageOfBoth = pageOf({ measured: MEASURED, counted: COUNTED });

  it("says when, where and how its figures came about, and what could not be measured", () => {
    expect(page).toContain("- Date: 2026-11-21\n- Command: `npm run bench -- --publish`\n");
    expect(page).toContain("a processor, 2 processors, 8 GB, Linux 6.1, Node v20.20.2");
    expect(page).toContain("- Load of the machine when it began: 0.3\n");
    expect(page).toContain("- Versions: faye 1.4.3\n- Left out: something.\n");
    expect(page).toContain(NO_COUNTER);
    expect(page).not.toContain("nanosecond");
  });

  it("says the same of a run that counted instructions, and how it did", () => {
    expect(pageOfBoth).toContain("- Date: 2026-11-21\n- Command: `npm run bench -- --publish`\n");
    expect(pageOfBoth).toContain(
      "- Date: 2026-11-22\n- Command: `npm run bench -- --emulated --publish`\n",
    );
    expect(pageOfBoth).toContain("- Machine: QEMU 7.2, Linux 6.1.0, 1 processor, Node v20.20.2\n");
    expect(pageOfBoth).toContain("- Versions: faye 1.4.4\n- Left out: another thing.\n");
    expect(pageOfBoth).toContain("a nanosecond for each instruction");
    expect(pageOfBoth).not.toContain(NO_COUNTER);
  });

  it("has instructions beside what was measured, and judges costs by them", () => {
    expect(pageOfBoth).toContain("| server | kins | of it kernel | µs CPU | / encke |");
    expect(pageOfBoth).toContain("| encke  |  4.0 |          3.0 |   2.00 |    1.00 |");
    expect(pageOfBoth).toContain("| ws     | 18.0 |         12.0 |  20.00 |    4.50 |");
    expect(pageOfBoth).toMatch(/kins at most 5 \| +4\.0 \| +yes/);
    expect(pageOfBoth).toMatch(/ws \/ ours at least 4 \| +4\.50 \| +yes/);
  });

  it("has also what was only measured, and what was only counted", () => {
    const [encke, ws] = MEASURED.results as [CaseResult, CaseResult];
    const [countedEncke] = COUNTED.results as [CaseResult];
    expect(
      mergedResults({
        measured: { ...MEASURED, results: [ws] },
        counted: { ...COUNTED, results: [countedEncke] },
      }),
    ).toEqual([ws, countedEncke]);
    expect(mergedResults({ measured: MEASURED, counted: undefined })).toEqual([encke, ws]);
  });

  it("in the documentation is made of what was published last", () => {
    expect(currentPage()).toBe(pageOf(publishedResults()));
  });

  it("in the documentation counts no round in which a delivery of ours was missing", () => {
    const { measured, counted } = publishedResults();
    expect(measured.results.some(({ server }) => server === "encke")).toBe(true);
    const notes = [...measured.notes, ...(counted?.notes ?? [])];
    expect(notes.filter((note) => note.startsWith("A run failed: encke"))).toEqual([]);
  });
});
