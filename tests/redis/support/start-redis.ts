import { onTestFinished } from "vitest";
import { RedisServer, type RedisSetting } from "../../support/redis-server.ts";

/** A Redis for one test. */
export async function startRedis(...settings: readonly RedisSetting[]): Promise<RedisServer> {
  const redis = await RedisServer.start(...settings);
  onTestFinished(() => redis.close());
  return redis;
}
