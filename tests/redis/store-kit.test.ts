import { fromIoredis, fromNodeRedis } from "@encke/store-redis";
import { createClient, RESP_TYPES } from "@redis/client";
import { Redis } from "ioredis";
import { afterAll } from "vitest";
import { redisForTests } from "../support/redis-server.ts";
import { eventually } from "./support/eventually.ts";
import { kitFor } from "./support/kit-for.ts";

const server = await redisForTests();
afterAll(() => server.close());

// A node that joins others lets them come first when Redis has just been started, and the clock of the kit stands still.
const redis = new Redis(server.url, { lazyConnect: true });
await eventually(async () => {
  const [, seconds] = /uptime_in_seconds:(\d+)/.exec(await redis.info("server")) ?? [];
  return Number(seconds) >= 2;
});
redis.disconnect();

kitFor("node-redis", fromNodeRedis(createClient({ url: server.url })), 1);
kitFor("ioredis", fromIoredis(new Redis(server.url, { lazyConnect: true })), 1);

// As on a cluster, where each partition may be on another server.
kitFor("node-redis, in several partitions", fromNodeRedis(createClient({ url: server.url })), 5);

// Users' own clients may make of numbers what they want.
const commandOptions = {
  typeMapping: { [RESP_TYPES.NUMBER]: String, [RESP_TYPES.BLOB_STRING]: Buffer },
};
kitFor(
  "node-redis with answers of other types",
  fromNodeRedis(createClient({ url: server.url, commandOptions })),
  1,
);
kitFor(
  "ioredis with numbers as strings",
  fromIoredis(new Redis(server.url, { lazyConnect: true, stringNumbers: true })),
  1,
);
