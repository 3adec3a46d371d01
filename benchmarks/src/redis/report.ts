import { cpus } from "node:os";
import type { LogFigures } from "./log-run.ts";
import type { MemoryFigures } from "./memory.ts";
import type { LogName } from "./shared-log.ts";

export interface Row {
  readonly title: string;
  readonly figures: Readonly<Record<LogName, readonly LogFigures[]>>;
}

/** Markdown. Figures are medians over the rounds. */
export function reportOf(rows: readonly Row[], memory: MemoryFigures): string {
  return [
    `${cpus()[0]?.model.trim()}, ${cpus().length} processors, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}`,
    "",
    "| rate | log | messages/s | messages a batch | µs of Redis a message | p50 ms | p99 ms | p50 of the best round | p99 |",
    "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ...rows.flatMap(({ title, figures }) =>
      (["encke", "lean"] as const).map((name) => lineOf(title, name, figures[name])),
    ),
    "",
    ...rows.map(
      ({ title, figures }) => `${title}: ${ratioOf(figures).toFixed(2)} times the lean one`,
    ),
    "",
    `Redis, a message of 250 characters: ${memory.perMessage.toFixed(0)} bytes`,
    `Redis, a client with five subscriptions: ${memory.perClient.toFixed(0)} bytes`,
    `After 10,000 clients have come and gone: ${memory.leftKeys} keys more, ${kilobytes(memory.leftInRedis)} more in Redis, ${kilobytes(memory.leftInNode)} more in the node`,
  ].join("\n");
}

function lineOf(title: string, name: LogName, runs: readonly LogFigures[]): string {
  const median = (figure: (run: LogFigures) => number): number => medianOf(runs.map(figure));
  const best = runs.reduce((one, other) => (one.p50 < other.p50 ? one : other));
  const cells = [
    median(({ rate }) => rate).toFixed(0),
    median(({ batch }) => batch).toFixed(1),
    median(({ redisCpu }) => redisCpu).toFixed(2),
    median(({ p50 }) => p50).toFixed(2),
    median(({ p99 }) => p99).toFixed(2),
    best.p50.toFixed(2),
    best.p99.toFixed(2),
  ];
  return `| ${[title, name, ...cells].join(" | ")} |`;
}

/** Of each round first: what else the machine did then was the same for both. */
function ratioOf({ encke, lean }: Row["figures"]): number {
  return medianOf(encke.map(({ redisCpu }, round) => redisCpu / (lean[round]?.redisCpu ?? 0)));
}

function medianOf(figures: readonly number[]): number {
  const sorted = figures.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(0)} KB`;
}
