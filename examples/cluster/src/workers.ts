// `node workers.js`: several processes that share one port, and one Redis. `WORKERS` says how many.
import cluster, { type Worker } from "node:cluster";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { storeOf } from "@encke/example-site";
import { createNode } from "./node-site.ts";
import { openRedis } from "./redis.ts";

const PORT = Number(process.env.PORT ?? 8085);

if (cluster.isPrimary) await lead();
else await serve();

async function lead(): Promise<void> {
  const redis = await openRedis();
  const start = (): unknown => cluster.fork({ REDIS_URL: redis.url });
  const count = Number(process.env.WORKERS ?? availableParallelism());
  for (let started = 0; started < count; started++) start();
  cluster.on("exit", start);
  cluster.once("listening", (_worker, { port }) => {
    console.log(`${count} processes are at http://localhost:${port}`);
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, async () => {
      cluster.off("exit", start);
      await Promise.all(Object.values(cluster.workers ?? {}).map(end));
      await redis.close();
    });
  }
}

async function end(worker: Worker | undefined): Promise<void> {
  if (worker === undefined) return;
  const gone = once(worker, "exit");
  worker.process.kill("SIGTERM");
  await gone;
}

async function serve(): Promise<void> {
  const name = `${cluster.worker?.id}`;
  const site = await createNode({ name, store: storeOf("cluster"), port: PORT });
  process.once("SIGTERM", async () => {
    await site.close();
    cluster.worker?.disconnect();
  });
  // The terminal sends it to all processes at once. The first one passes it on in its own way.
  process.on("SIGINT", () => {});
}
