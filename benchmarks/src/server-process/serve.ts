import { setTimeout as delay } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { SERVERS } from "../servers/table.ts";
import type { Answer, Question } from "./talk.ts";

/** Collections after which nothing more is found to throw away. */
const COLLECTIONS = 4;
/** Milliseconds in which what a collection has freed goes back to the system. */
const BETWEEN = 50;

/** The process of one server: it ends when the harness does. */
export async function serve(name: string | undefined, redisPort: number): Promise<void> {
  const server = SERVERS.find((candidate) => candidate.name === name);
  if (server === undefined) throw new Error(`There is no server "${name}".`);
  const { start } = await server.load();
  process.on("disconnect", () => process.exit());
  process.on("message", async (question: Question) => {
    if (question === "usage") answer({ usage: { ...process.cpuUsage(), memory: memory() } });
    else answer({ settledMemory: await settledMemory() });
  });
  answer({ port: await start({ redisPort }) });
}

async function settledMemory(): Promise<number> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  for (let count = 0; count < COLLECTIONS; count++) {
    collect();
    await delay(BETWEEN);
  }
  return memory();
}

function memory(): number {
  return process.memoryUsage.rss();
}

function answer(message: Answer): void {
  process.send?.(message);
}
