import { fromIoredis, fromNodeRedis } from "@encke/store-redis";
import { createClient } from "@redis/client";
import { Redis } from "ioredis";
import { afterAll } from "vitest";
import { redisForTests } from "../support/redis-server.ts";
import { kitFor } from "./support/kit-for.ts";

const server = await redisForTests();
afterAll(() => server.close());

kitFor("node-redis", fromNodeRedis(createClient({ url: server.url })), 1);
kitFor("ioredis", fromIoredis(new Redis(server.url, { lazyConnect: true })), 1);

// As on a cluster, where each partition may be on another server.
kitFor("node-redis, in several partitions", fromNodeRedis(createClient({ url: server.url })), 5);
