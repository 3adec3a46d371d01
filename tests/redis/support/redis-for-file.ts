import { afterAll } from "vitest";
import { redisForTests } from "../../support/redis-server.ts";

/** The URL of a Redis for all tests of the file that calls it. Each should have a prefix of its own. */
export async function redisForFile(): Promise<string> {
  const redis = await redisForTests();
  afterAll(() => redis.close());
  return redis.url;
}
