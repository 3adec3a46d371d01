import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

const PROGRAMS = ["redis-server", "valkey-server"];
const STARTING = 10_000;
const PROGRAM: string | undefined = PROGRAMS.find(
  (name) => spawnSync(name, ["--version"], { stdio: "ignore" }).status === 0,
);

export const hasRedis: boolean = PROGRAM !== undefined;

/** A Redis that keeps nothing, on the processor of the generator. */
export class RedisProcess {
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  /** Resolves when it takes connections. */
  static async start(): Promise<RedisProcess> {
    if (PROGRAM === undefined) throw new Error("There is no redis-server.");
    const port = await freePort();
    const args = ["--port", `${port}`, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
    const child = spawn(PROGRAM, args, { stdio: "ignore" });
    const end = performance.now() + STARTING;
    while (!(await canConnect(port))) {
      if (child.exitCode !== null || performance.now() > end) {
        child.kill();
        throw new Error("Redis did not start.");
      }
      await delay(10);
    }
    return new RedisProcess(child, port);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const exit = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await exit;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
