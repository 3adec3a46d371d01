import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Outcome } from "./outcome.ts";

const FOLDER = fileURLToPath(new URL("../../../.reports/faults/", import.meta.url));

/** What is known of a run: a line of the table in `docs/reference/faults.md`. */
interface Figures extends Outcome {
  /** Its place in the table. */
  readonly number: number;
  readonly fault: string;
  readonly seconds: number;
}

/** Prints the figures of a fault, and puts them where `scripts/faults-page.mjs` finds them. */
export async function keep(figures: Figures): Promise<void> {
  const { fault, tallies } = figures;
  const shown = Object.entries(tallies).map(
    ([manner, { expected, lost, doubled, reordered }]) =>
      `${manner} ${expected} | ${lost} | ${doubled} | ${reordered}`,
  );
  process.stdout.write(`${fault} | ${shown.join(" | ")} | ${figures.seconds} s\n`);
  await keepAs(fault.toLowerCase().replace(/[^a-z0-9]+/g, "-"), figures);
}

/** Puts something where `scripts/faults-page.mjs` finds it, with the day on which it was measured. */
export async function keepAs(name: string, figures: object): Promise<void> {
  const date = new Date().toISOString().slice(0, 10);
  await mkdir(FOLDER, { recursive: true });
  await writeFile(
    `${FOLDER}${name}.json`,
    `${JSON.stringify({ date, ...figures }, undefined, 2)}\n`,
  );
}
