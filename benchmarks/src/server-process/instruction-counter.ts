import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";

const EVENTS = ["-x", ",", "-e", "instructions:u,instructions:k"];
/** Begins disabled, and takes commands on descriptor 3, which it confirms on descriptor 4. */
const CONTROLLED = ["-D", "-1", "--control", "fd:3,4"];

export const NO_COUNTER =
  "Instructions cannot be counted here: `perf` is missing, or has no counter to read.";

export interface Instructions {
  readonly user: number;
  readonly kernel: number;
}

/** True where `perf` may count instructions: on most machines, in few virtual ones. */
export function canCountInstructions(): boolean {
  const { stderr } = spawnSync("perf", ["stat", ...EVENTS, "--", "true"], { encoding: "utf8" });
  return parse(stderr ?? "") !== undefined;
}

/** Counts the instructions that a process executes, in all its threads. */
export class InstructionCounter {
  readonly #perf: ChildProcess;
  #report = "";

  private constructor(perf: ChildProcess) {
    this.#perf = perf;
    perf.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#report += text;
    });
  }

  /** Resolves when counting has begun. */
  static async start(pid: number): Promise<InstructionCounter> {
    const args = ["stat", ...EVENTS, ...CONTROLLED, "-p", String(pid)];
    const perf = spawn("perf", args, { stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"] });
    const counter = new InstructionCounter(perf);
    (perf.stdio[3] as Writable).write("enable\n");
    await once(perf.stdio[4] as Readable, "data");
    return counter;
  }

  async stop(): Promise<Instructions> {
    const closed = once(this.#perf, "close");
    this.#perf.kill("SIGINT");
    await closed;
    const instructions = parse(this.#report);
    if (instructions === undefined) throw new Error(`perf counted nothing: ${this.#report}`);
    return instructions;
  }
}

function parse(report: string): Instructions | undefined {
  const user = /^(\d+),.*instructions:u/m.exec(report)?.[1];
  const kernel = /^(\d+),.*instructions:k/m.exec(report)?.[1];
  if (user === undefined || kernel === undefined) return undefined;
  return { user: Number(user), kernel: Number(kernel) };
}
