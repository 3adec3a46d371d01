import type { Measurement } from "../measurement.ts";
import type { CaseResult } from "./results-file.ts";

interface Column {
  readonly title: string;
  readonly figure: (median: Measurement, result: CaseResult) => string | undefined;
}

const COLUMNS: readonly Column[] = [
  { title: "server", figure: (_median, { server }) => server },
  { title: "kins", figure: ({ kiloInstructions }) => kiloInstructions?.toFixed(1) },
  {
    title: "of it kernel",
    figure: ({ kiloInstructionsInKernel }) => kiloInstructionsInKernel?.toFixed(1),
  },
  { title: "µs CPU", figure: ({ cpuMicroseconds }) => cpuMicroseconds.toFixed(2) },
  {
    title: "of it kernel",
    figure: ({ cpuMicrosecondsInKernel }) => cpuMicrosecondsInKernel.toFixed(2),
  },
  {
    title: "per CPU second",
    figure: ({ operationsPerCpuSecond }) => rounded(operationsPerCpuSecond),
  },
  { title: "per second", figure: ({ operationsPerSecond }) => rounded(operationsPerSecond) },
  { title: "p50 ms", figure: ({ latencyP50 }) => latencyP50.toFixed(1) },
  { title: "p99 ms", figure: ({ latencyP99 }) => latencyP99.toFixed(1) },
  { title: "MB", figure: ({ memory }) => memory.toFixed(0) },
];

/** One table for each workload, in Markdown. A column that no server has a figure for is left out. */
export function tableOf(results: readonly CaseResult[]): string {
  const workloads = new Set(results.map(({ workload }) => workload));
  return [...workloads]
    .map((name) => results.filter(({ workload }) => workload === name))
    .map((ofIt) => `${titleOf(ofIt)}\n\n${rowsOf(ofIt)}\n`)
    .join("\n");
}

function titleOf([first]: readonly CaseResult[]): string {
  return `${first?.workload} (per ${first?.operation})`;
}

function rowsOf(results: readonly CaseResult[]): string {
  const columns = COLUMNS.map(({ title, figure }) => ({
    title,
    cells: results.map((result) => figure(result.median, result)),
  })).filter(({ cells }) => cells.some((cell) => cell !== undefined));
  const rows = [
    columns.map(({ title }) => title),
    columns.map((_, index) => (index === 0 ? "---" : "---:")),
    ...results.map((_, row) => columns.map(({ cells }) => cells[row] ?? "")),
  ];
  const widths = columns.map((_, index) =>
    Math.max(...rows.map((row) => (row[index] as string).length)),
  );
  return rows.map((row) => lineOf(row, widths)).join("\n");
}

function lineOf(row: readonly string[], widths: readonly number[]): string {
  const cells = row.map((cell, index) => {
    const width = widths[index] as number;
    return index === 0 ? cell.padEnd(width) : cell.padStart(width);
  });
  return `| ${cells.join(" | ")} |`;
}

function rounded(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString("en-US");
}
