import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { onServerProcessor } from "./processors.ts";
import type { Answer, Question, Usage } from "./talk.ts";

const MAIN = fileURLToPath(new URL("../main.js", import.meta.url));

/** A server in a process of its own, on a processor of its own. */
export class ServerProcess {
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  static async start(
    name: string,
    redisPort: number,
    nodeFlags: readonly string[],
  ): Promise<ServerProcess> {
    const command = [process.execPath, ...nodeFlags, MAIN, "serve", name, `${redisPort}`];
    const [executable = "", ...args] = onServerProcessor(command);
    const child = spawn(executable, args, {
      env: { ...process.env, NODE_ENV: "production" },
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    const answer = await nextAnswer(child);
    if (!("port" in answer)) throw new Error("The server did not begin with its port.");
    return new ServerProcess(child, answer.port);
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  async usage(): Promise<Usage> {
    const answer = await this.#ask("usage");
    if (!("usage" in answer)) throw new Error("The server was asked for its usage.");
    return answer.usage;
  }

  /** Bytes that it holds once it has thrown away what it can. */
  async settledMemory(): Promise<number> {
    const answer = await this.#ask("settled memory");
    if (!("settledMemory" in answer)) throw new Error("The server was asked for its memory.");
    return answer.settledMemory;
  }

  /** Resolves when the process is gone. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const exit = once(this.#child, "exit");
    this.#child.disconnect();
    await exit;
  }

  #ask(question: Question): Promise<Answer> {
    this.#child.send(question);
    return nextAnswer(this.#child);
  }
}

function nextAnswer(child: ChildProcess): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) => reject(new Error(`The server ended with ${code}.`));
    child.once("exit", onExit);
    child.once("message", (answer: Answer) => {
      child.off("exit", onExit);
      resolve(answer);
    });
  });
}
