import { fromIoredis, fromNodeRedis } from "@encke/store-redis";
import { createClient } from "@redis/client";
import { Redis } from "ioredis";
import { afterAll } from "vitest";
import { redisForTests } from "../support/redis-server.ts";
import { kitFor } from "./support/kit-for.ts";

const server = await redisForTests();
afterAll(() => server.close());

kitFor("node-redis", fromNodeRedis(createClient({ url: server.url })));
kitFor("ioredis", fromIoredis(new Redis(server.url, { lazyConnect: true })));
