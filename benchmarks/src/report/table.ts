import type { Measurement } from "../measurement.ts";
import { costRatio, goalsOf } from "./goals.ts";
import { markdownTable } from "./markdown.ts";
import type { CaseResult } from "./results-file.ts";

interface Column {
  readonly title: string;
  readonly figure: (median: Measurement) => number | undefined;
  readonly text: (figure: number) => string;
}

const COLUMNS: readonly Column[] = [
  { title: "kins", figure: ({ kiloInstructions }) => kiloInstructions, text: fixed(1) },
  {
    title: "of it kernel",
    figure: ({ kiloInstructionsInKernel }) => kiloInstructionsInKernel,
    text: fixed(1),
  },
  { title: "µs CPU", figure: ({ cpuMicroseconds }) => cpuMicroseconds, text: fixed(2) },
  {
    title: "of it kernel",
    figure: ({ cpuMicrosecondsInKernel }) => cpuMicrosecondsInKernel,
    text: fixed(2),
  },
  {
    title: "per CPU second",
    figure: ({ operationsPerCpuSecond }) => operationsPerCpuSecond,
    text: rounded,
  },
  { title: "per second", figure: ({ operationsPerSecond }) => operationsPerSecond, text: rounded },
  { title: "p50 ms", figure: ({ latencyP50 }) => latencyP50, text: fixed(1) },
  { title: "p99 ms", figure: ({ latencyP99 }) => latencyP99, text: fixed(1) },
  { title: "max ms", figure: ({ latencyMax }) => latencyMax, text: fixed(1) },
  { title: "MB", figure: ({ memory }) => memory, text: fixed(0) },
  {
    title: "KB a client",
    figure: ({ bytesPerClient }) => bytesPerClient,
    text: (bytes) => fixed(1)(bytes / 1_000),
  },
];

/** One table for each workload, in Markdown. A column that no server has a figure for is left out. */
export function tablesOf(results: readonly CaseResult[]): string {
  const workloads = new Set(results.map(({ workload }) => workload));
  return [...workloads]
    .map((name) => results.filter(({ workload }) => workload === name))
    .map((ofIt) => `### ${titleOf(ofIt)}\n\n${tableOf(ofIt)}\n`)
    .join("\n");
}

/** What was to be reached, and whether it was. */
export function goalTableOf(results: readonly CaseResult[]): string {
  const rows = goalsOf(results).map(({ workload, goal, measured, isReached, bare }) => [
    workload,
    goal,
    measured,
    isReached ? "yes" : "no",
    bare ?? "",
  ]);
  return markdownTable([["workload", "goal", "measured", "reached", "bare server"], ...rows]);
}

function titleOf([first]: readonly CaseResult[]): string {
  return `${first?.workload} (per ${first?.operation})`;
}

function tableOf(results: readonly CaseResult[]): string {
  const columns = COLUMNS.filter(({ figure }) =>
    results.some(({ median }) => figure(median) !== undefined),
  );
  const [first] = results;
  const rows = results.map((result) => [
    result.server,
    ...columns.map(({ figure, text }) => cell(figure(result.median), text)),
    cell(first && costRatio(result, first), fixed(2)),
  ]);
  return markdownTable([
    ["server", ...columns.map(({ title }) => title), `/ ${first?.server}`],
    ...rows,
  ]);
}

function cell(figure: number | undefined, text: Column["text"]): string {
  return figure === undefined ? "" : text(figure);
}

function fixed(digits: number): Column["text"] {
  return (figure) => figure.toFixed(digits);
}

function rounded(figure: number): string {
  return Number(figure.toPrecision(3)).toLocaleString("en-US");
}
