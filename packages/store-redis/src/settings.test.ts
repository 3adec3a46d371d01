import { describe, expect, it } from "vitest";
import { fromNodeRedis } from "./port/node-redis.ts";
import { settingsOf } from "./settings.ts";

describe("options of the store", () => {
  it("have a default each", () => {
    expect(settingsOf({})).toMatchObject({ prefix: "encke", timeout: 5_000 });
  });

  it.each([
    [{ maxbytes: 1 }, "there is no option maxbytes"],
    [{ maxBytes: 0 }, "maxBytes must be a whole number, not 0"],
    [{ timeout: 1.5 }, "timeout must be a whole number, not 1.5"],
    [{ partitions: 0 }, "partitions must be a whole number, not 0"],
    [{ partitions: 257 }, "partitions must be at most 256"],
    [{ prefix: "" }, "prefix must be a text without braces"],
    [{ prefix: "{a}" }, "prefix must be a text without braces"],
  ])("are refused where they make no sense: %j", (options: object, text) => {
    expect(() => settingsOf(options)).toThrow(
      expect.objectContaining({ code: "options_invalid", message: `store-redis: ${text}` }),
    );
  });

  it("name one way to Redis, and not two", () => {
    const port = fromNodeRedis({ duplicate: () => Promise.reject(new Error("never")) as never });
    expect(() => settingsOf({ url: "redis://a", port })).toThrow("give url or port");
  });
});
