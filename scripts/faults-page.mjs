// `node scripts/faults-page.mjs`: puts what `npm run test:faults` has measured into docs/reference/faults.json, and makes the
// tables of docs/reference/faults.md from that. With `--check` it changes nothing, and fails where the page says something else.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exitOf, ROOT, start } from "./run.mjs";

const MEASURED = join(ROOT, ".reports", "faults");
const isCheck = process.argv.includes("--check");
const [folder = join(ROOT, "docs", "reference")] = process.argv.slice(2).filter(isPath);
const FIGURES = join(folder, "faults.json");
const PAGE = join(folder, "faults.md");

const figures = JSON.parse(readFileSync(FIGURES, "utf8"));
const page = readFileSync(PAGE, "utf8");
if (isCheck) {
  process.exitCode = pageOf(page, figures) === page ? 0 : 1;
} else {
  const all = withMeasured(figures);
  writeFileSync(FIGURES, `${JSON.stringify(all, undefined, 2)}\n`);
  writeFileSync(PAGE, pageOf(page, all));
  process.exitCode = await exitOf(start("biome", ["format", "--write", FIGURES]));
}

function isPath(argument) {
  return !argument.startsWith("--");
}

/** What was measured last takes the place of what was measured before. */
function withMeasured({ faults, soak }) {
  const measured = reports();
  const ofFaults = measured.filter(({ fault }) => fault !== undefined);
  const isNew = ({ fault }) => ofFaults.some((one) => one.fault === fault);
  const all = [...faults.filter((one) => !isNew(one)), ...ofFaults];
  return {
    faults: all.sort((one, other) => one.number - other.number),
    soak: measured.find(({ minutes }) => minutes !== undefined) ?? soak,
  };
}

function reports() {
  try {
    const names = readdirSync(MEASURED).filter((name) => name.endsWith(".json"));
    return names.map((name) => JSON.parse(readFileSync(join(MEASURED, name), "utf8")));
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    return [];
  }
}

function pageOf(text, { faults, soak }) {
  return between(between(text, "faults", tableOf(faults)), "soak", soakOf(soak));
}

/** The text with something else between two comments of this name. */
function between(text, name, content) {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`The page has no place for ${name}.`);
  return `${text.slice(0, from + begin.length)}\n${content}\n${text.slice(to)}`;
}

function tableOf(faults) {
  const head = [
    "fault",
    ...["ack: expected", "lost", "doubled", "reordered"],
    ...["no ack, polling: expected", "lost", "doubled"],
    ...["no ack, socket: expected", "lost", "doubled"],
  ];
  const rows = faults.map(({ fault, tallies: { acknowledging: ack, polling, socket } }) => [
    fault,
    ...[ack.expected, ack.lost, ack.doubled, ack.reordered].map(shown),
    ...[polling, socket].flatMap((one) => [one.expected, one.lost, one.doubled].map(shown)),
  ]);
  return [daysOf(faults), "", ...linesOf(head, rows)].join("\n");
}

function soakOf(soak) {
  if (soak === undefined) return "It has not been measured yet.";
  const { minutes, faults, tallies, measures, date } = soak;
  const { expected, lost, doubled, reordered } = tallies.acknowledging;
  const rows = measures.map(({ what, early, late }) => [what, megabytes(early), megabytes(late)]);
  return [
    `Measured on ${date}: ${minutes} minutes, ${faults} faults, ${shown(expected)} deliveries to clients that acknowledge,`,
    `of which ${shown(lost)} were lost, ${shown(doubled)} doubled and ${shown(reordered)} reordered.`,
    "",
    ...linesOf(["what", "median in the second fifth", "median in the last fifth"], rows),
  ].join("\n");
}

function linesOf(head, rows) {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
}

function daysOf(faults) {
  const days = [...new Set(faults.map(({ date }) => date))].sort();
  return days.length === 0 ? "Nothing has been measured yet." : `Measured on ${days.join(", ")}.`;
}

function shown(number) {
  return number.toLocaleString("en-US");
}

function megabytes(bytes) {
  return `${(bytes / 1_048_576).toFixed(1)} MB`;
}
