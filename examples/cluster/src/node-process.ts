import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** The same from the sources and from what is built of them. */
const PROGRAM = fileURLToPath(new URL("../dist/node.js", import.meta.url));

/** What the page shows of a node. */
export interface NodeState {
  readonly name: string;
  readonly isUp: boolean;
  readonly pid: number | undefined;
  /** Requests, WebSockets included, that it has been given. */
  readonly given: number;
  /** How often it has come back. */
  readonly restarts: number;
}

export interface NodeProcessOptions {
  readonly name: string;
  readonly redisUrl: string;
  /** Milliseconds after which it comes back. */
  readonly pause: number;
}

/** A node in a process of its own, which is started again whenever it ends. */
export class NodeProcess {
  given = 0;
  readonly #options: NodeProcessOptions;
  #process: ChildProcess | undefined;
  #port: number | undefined;
  #starts = 0;
  #comeback: NodeJS.Timeout | undefined;
  #isWanted = true;

  constructor(options: NodeProcessOptions) {
    this.#options = options;
  }

  /** Settles when it serves, or has failed to; it is tried again then. */
  async start(): Promise<void> {
    const { name, redisUrl, pause } = this.#options;
    this.#starts += 1;
    const process_ = fork(PROGRAM, [name], { env: { ...process.env, REDIS_URL: redisUrl } });
    this.#process = process_;
    process_.once("exit", () => {
      this.#port = undefined;
      if (this.#isWanted) this.#comeback = setTimeout(() => void this.start(), pause);
    });
    const listening = once(process_, "message").then(([port]) => {
      this.#port = port as number;
    });
    await Promise.race([listening, once(process_, "exit")]);
  }

  /** Undefined while it does not serve. */
  get port(): number | undefined {
    return this.#port;
  }

  get state(): NodeState {
    return {
      name: this.#options.name,
      isUp: this.#port !== undefined,
      pid: this.#port === undefined ? undefined : this.#process?.pid,
      given: this.given,
      restarts: Math.max(0, this.#starts - 1),
    };
  }

  /** Ends it without a warning, as a crash would. */
  kill(): void {
    this.#process?.kill("SIGKILL");
  }

  /** Lets it send its clients away in order. It does not come back. */
  async stop(): Promise<void> {
    this.#isWanted = false;
    clearTimeout(this.#comeback);
    const running = this.#process;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const gone = once(running, "exit");
    if (running.connected) running.disconnect();
    await gone;
  }
}
