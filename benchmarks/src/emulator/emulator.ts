import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Measurement } from "../measurement.ts";
import type { Case, RunSettings } from "../run.ts";
import { archiveOf } from "./archive.ts";
import { guestFiles } from "./guest-files.ts";
import { jobOf, outcomeIn } from "./job.ts";
import { consoleOf, machineCommand, tailOf } from "./machine.ts";
import type { MachineParts } from "./parts.ts";

const MAIN = fileURLToPath(new URL("../main.js", import.meta.url));
/** Milliseconds after which a machine is given up. Two minutes of a whole processor are enough for most. */
const PATIENCE = 40 * 60_000;

/** One run in a machine of its own, which is there for nothing else. Rejects when nothing came of it. */
export async function runEmulated(
  one: Case,
  settings: RunSettings,
  parts: MachineParts,
): Promise<Measurement> {
  const folder = mkdtempSync(join(tmpdir(), "encke-bench-"));
  const initialFiles = join(folder, "initial-files");
  try {
    const command = [process.execPath, MAIN, "guest"];
    writeFileSync(initialFiles, archiveOf(guestFiles(parts, command, jobOf(one, settings))));
    return measurementIn(
      await consoleOf(machineCommand(parts.kernel.image, initialFiles), PATIENCE),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Throws, and says why, when the console shows none. */
export function measurementIn(console: string): Measurement {
  const outcome = outcomeIn(console);
  if (outcome === undefined) {
    throw new Error(`The emulated machine ended without a result. ${tailOf(console)}`);
  }
  if ("failure" in outcome) throw new Error(outcome.failure);
  return outcome.measurement;
}
