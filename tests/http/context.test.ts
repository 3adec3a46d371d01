import { describe, expect, it } from "vitest";
import { FakeComet } from "./support/fake-comet.ts";
import { serve } from "./support/serve.ts";

const BODY = JSON.stringify({ channel: "/a" });

describe("what is told about a request", () => {
  it("is its url, headers and way", async () => {
    const comet = new FakeComet();
    const { url } = await serve(comet);
    await fetch(`${url}/connect?a=b`, { method: "POST", body: BODY, headers: { "X-Test": "1" } });
    const { context } = comet.handed[0]!;
    expect(context).toMatchObject({ transport: "long-polling", isSecure: false });
    expect(context.url).toBe("/comet/connect?a=b");
    expect(context.header("x-test")).toBe("1");
    expect(context.header("x-none")).toBeUndefined();
    expect(context.remoteAddress).toBe("127.0.0.1");
  });

  it("does not believe what a peer says of itself unless there is a proxy to trust", async () => {
    const comet = new FakeComet();
    const one = await serve(comet);
    const two = await serve(comet, { trustProxy: true });
    const headers = { "X-Forwarded-For": "10.0.0.1, 10.0.0.2", "X-Forwarded-Proto": "https" };
    for (const { url } of [one, two]) await fetch(url, { method: "POST", body: BODY, headers });
    expect(comet.handed.map(({ context }) => [context.remoteAddress, context.isSecure])).toEqual([
      ["127.0.0.1", false],
      ["10.0.0.2", true],
    ]);
  });
});
