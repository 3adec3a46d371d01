import { expect, it, onTestFinished } from "vitest";
import { RedisServer, redisForTests } from "./redis-server.ts";

it("answers as soon as it has started, and again after it was killed", async () => {
  const server = await RedisServer.start();
  onTestFinished(() => server.close());
  await server.kill();
  await expect(server.run()).resolves.toBeUndefined();
});

it("says which setting it does not take, by ending", async () => {
  await expect(RedisServer.start(["no-such-setting", "1"])).rejects.toThrow("ended with 1");
});

it("is there for those who only talk to it", async () => {
  const server = await redisForTests();
  onTestFinished(() => server.close());
  expect(server.url).toMatch(/^rediss?:/);
});
