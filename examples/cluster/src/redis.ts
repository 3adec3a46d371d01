import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PROGRAMS = ["redis-server", "valkey-server"];

export interface Redis {
  readonly url: string;
  close(): Promise<void>;
}

/** The Redis of `REDIS_URL`, or one that lives as long as the cluster. Rejects when there is no program to start. */
export async function openRedis(url: string | undefined = process.env.REDIS_URL): Promise<Redis> {
  return url ? { url, close: async () => {} } : await startRedis();
}

async function startRedis(): Promise<Redis> {
  const folder = await mkdtemp(join(tmpdir(), "encke-cluster-"));
  const port = await freePort();
  for (const program of PROGRAMS) {
    const running = await spawned(program, ["--port", `${port}`, "--dir", folder]);
    if (running === undefined) continue;
    return { url: `redis://127.0.0.1:${port}`, close: () => end(running, folder) };
  }
  await rm(folder, { recursive: true });
  throw new Error(
    "There is no Redis. Install one (on Debian: apt-get install redis-server), or name one in REDIS_URL.",
  );
}

/** Undefined when there is no such program. */
async function spawned(program: string, place: string[]): Promise<ChildProcess | undefined> {
  const settings = ["--bind", "127.0.0.1", "--appendonly", "yes", "--save", ""];
  // Not in the group of the terminal, whose Ctrl+C would end it before the nodes have ended.
  const running = spawn(program, [...place, ...settings], { stdio: "ignore", detached: true });
  try {
    await once(running, "spawn");
    return running;
  } catch {
    return undefined;
  }
}

async function end(running: ChildProcess, folder: string): Promise<void> {
  if (running.exitCode === null && running.signalCode === null) {
    const gone = once(running, "exit");
    running.kill();
    await gone;
  }
  await rm(folder, { recursive: true, force: true });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
