import type { Comet } from "@encke/core";
import { expect, it, onTestFinished } from "vitest";
import { RedisServer } from "../support/redis-server.ts";
import { answerTo, arrive, openComet } from "./support/redis-comet.ts";

const CLIENTS = 2_000;
const AT_ONCE = 100;

it("nothing is left of clients that have come and gone", { timeout: 60_000 }, async () => {
  const redis = await RedisServer.start();
  onTestFinished(() => redis.close());
  const comet = await openComet({ url: redis.url });
  await comeAndGo(comet, AT_ONCE);
  const keys = await redis.command("DBSIZE");
  const before = await memoryOf(redis);
  for (let done = 0; done < CLIENTS; done += AT_ONCE) await comeAndGo(comet, AT_ONCE);
  expect(await redis.command("DBSIZE")).toBe(keys);
  expect(comet.stats()).toMatchObject({ clients: 0, held: 0, subscriptions: 0, timers: 1 });
  // Much less than what so many clients take.
  expect((await memoryOf(redis)) - before).toBeLessThan(200_000);
});

/** So many at once shake hands, subscribe, and say goodbye. */
async function comeAndGo(comet: Comet, count: number): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, async (_, number) => {
      const talker = await arrive(comet);
      await answerTo(talker.subscribe(`/rooms/${number}`, "/rooms/*"));
      const [goodbye] = await answerTo(talker.disconnect());
      expect(goodbye).toMatchObject({ successful: true });
    }),
  );
}

async function memoryOf(redis: RedisServer): Promise<number> {
  return Number(/^used_memory:(\d+)/m.exec(await redis.command("INFO", "memory"))?.[1]);
}
