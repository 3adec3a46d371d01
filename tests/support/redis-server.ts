import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

const PROGRAMS = ["redis-server", "valkey-server"];
const STARTING_MS = 10_000;

/** A line of its configuration: `["appendonly", "yes"]`. */
export type RedisSetting = readonly [name: string, value: string];

/** A Redis of its own for one test file: on a free port of this machine, in a folder that goes with it. */
export class RedisServer {
  readonly port: number;
  /** Where its data is. */
  readonly folder: string;
  readonly #kind: readonly string[];
  #process: ChildProcess | undefined;

  private constructor(port: number, folder: string, kind: readonly string[] = []) {
    this.port = port;
    this.folder = folder;
    this.#kind = kind;
  }

  /** One that watches others, and has no data. */
  static async startSentinel(): Promise<RedisServer> {
    const folder = await mkdtemp(join(tmpdir(), "encke-sentinel-"));
    const file = join(folder, "sentinel.conf");
    await writeFile(file, "");
    const server = new RedisServer(await freePort(), folder, [file, "--sentinel"]);
    return await server.#started();
  }

  /** Settles when it answers. */
  static async start(...settings: readonly RedisSetting[]): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), await mkdtemp(join(tmpdir(), "encke-redis-")));
    return await server.#started(...settings);
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it on the data that it has left. */
  async run(...settings: readonly RedisSetting[]): Promise<void> {
    const args = ["--port", `${this.port}`, "--bind", "127.0.0.1", "--dir", this.folder];
    const quiet: readonly RedisSetting[] = this.#kind.length > 0 ? [] : [["save", ""]];
    const all = [...quiet, ...settings].flatMap(([name, value]) => [`--${name}`, value]);
    this.#process = spawn(program(), [...this.#kind, ...args, ...all], { stdio: "ignore" });
    await untilAnswering(this.port, this.#process);
  }

  /** Sends one command, of words without spaces, and answers with what comes back. Rejects when the server goes first. */
  async command(...words: readonly string[]): Promise<string> {
    const socket = connect(this.port, "127.0.0.1");
    socket.write(`${words.join(" ")}\r\n`);
    const closed = once(socket, "close").then(() => {
      throw new Error("the connection closed before the answer");
    });
    const [answer] = (await Promise.race([once(socket, "data"), closed])) as [Buffer];
    closed.catch(() => {});
    socket.destroy();
    return answer.toString().trimEnd();
  }

  /** Ends it at once, as a power cut would. */
  async kill(): Promise<void> {
    const running = this.#process;
    this.#process = undefined;
    if (running === undefined || running.exitCode !== null) return;
    const gone = once(running, "exit");
    running.kill("SIGKILL");
    await gone;
  }

  async close(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }

  async #started(...settings: readonly RedisSetting[]): Promise<this> {
    try {
      await this.run(...settings);
      return this;
    } catch (cause) {
      await this.close();
      throw cause;
    }
  }
}

/** What tests talk to that do nothing to the server itself: the one of `REDIS_URL`, or one of their own. */
export async function redisForTests(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const url = process.env.REDIS_URL;
  if (url !== undefined && url !== "") return { url, close: async () => {} };
  return await RedisServer.start();
}

function program(): string {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    for (const name of PROGRAMS) if (canRun(join(folder, name))) return join(folder, name);
  }
  throw new Error("redis-server is missing: apt-get install -y redis-server");
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** There is no other sign of it than its answer. */
async function untilAnswering(port: number, running: ChildProcess): Promise<void> {
  const end = Date.now() + STARTING_MS;
  while (!(await answers(port))) {
    if (running.exitCode !== null) throw new Error(`redis-server ended with ${running.exitCode}`);
    if (Date.now() > end) throw new Error(`redis-server did not answer on port ${port}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.write("PING\r\n"));
    const end = (isAnswered: boolean): void => {
      socket.destroy();
      resolve(isAnswered);
    };
    socket.once("data", (data) => end(data.toString().startsWith("+PONG")));
    socket.once("error", () => end(false));
    socket.once("close", () => end(false));
  });
}
