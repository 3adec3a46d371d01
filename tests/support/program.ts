import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const STARTING_MS = 15_000;

/** A program of this repository that runs as it does for its user: built, in a process of its own. */
export class Program {
  readonly #process: ChildProcess;
  readonly #lines: string[] = [];

  private constructor(path: string, environment: Readonly<Record<string, string>>) {
    this.#process = spawn(process.execPath, [path], {
      cwd: ROOT,
      env: { ...process.env, PORT: "0", ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      if (stream !== null) createInterface(stream).on("line", (line) => this.#lines.push(line));
    }
  }

  /** `path` from the root of the repository. */
  static run(path: string, environment: Readonly<Record<string, string>> = {}): Program {
    return new Program(path, environment);
  }

  /** What it has written. */
  get output(): string {
    return this.#lines.join("\n");
  }

  /** The port that it says it is at: the first one that it writes as a part of an address. */
  async port(): Promise<number> {
    const end = Date.now() + STARTING_MS;
    while (Date.now() < end && !this.#hasEnded) {
      const found = this.output.match(/http:\/\/localhost:(\d+)/)?.[1];
      if (found !== undefined) return Number(found);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`The program did not say where it is: ${this.output}`);
  }

  /** Its exit code, or the signal that ended it. */
  async ended(): Promise<number | string | null> {
    if (!this.#hasEnded) await once(this.#process, "close");
    return this.#process.exitCode ?? this.#process.signalCode;
  }

  async end(signal: NodeJS.Signals = "SIGTERM"): Promise<number | string | null> {
    if (!this.#hasEnded) this.#process.kill(signal);
    return this.ended();
  }

  get #hasEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }
}
