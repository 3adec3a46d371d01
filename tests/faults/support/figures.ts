import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Outcome } from "./story.ts";

const FOLDER = fileURLToPath(new URL("../../../.reports/faults/", import.meta.url));

/** Prints the figures of a fault, and puts them where the table is made from. */
export async function keep(fault: string, { ack, noAck, troubles }: Outcome): Promise<void> {
  const figures = { fault, ack, noAck, troubles };
  await mkdir(FOLDER, { recursive: true });
  const name = fault.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  await writeFile(`${FOLDER}${name}.json`, `${JSON.stringify(figures, undefined, 2)}\n`);
  const of = ({ expected, lost, doubled, reordered }: Outcome["ack"]): string =>
    `${expected} | ${lost} | ${doubled} | ${reordered}`;
  process.stdout.write(`${fault} | ack ${of(ack)} | no ack ${of(noAck)}\n`);
}
