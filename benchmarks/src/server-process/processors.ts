import { execFileSync } from "node:child_process";
import { availableParallelism } from "node:os";

const SERVER = "0";
const GENERATOR = "1";

/** True when server and generator can be given a processor each: there are two, and `taskset`. */
export const canPin: boolean = availableParallelism() > 1 && isThere("taskset");

/** The command that runs `command` on the processor of the server. */
export function onServerProcessor(command: readonly string[]): readonly string[] {
  return canPin ? ["taskset", "-c", SERVER, ...command] : command;
}

export function moveToGeneratorProcessor(): void {
  if (!canPin) return;
  execFileSync("taskset", ["-a", "-p", "-c", GENERATOR, String(process.pid)]);
}

function isThere(command: string): boolean {
  try {
    execFileSync(command, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
