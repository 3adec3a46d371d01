import { describe, expect, it } from "vitest";
import { FakeComet } from "./support/fake-comet.ts";
import { serve } from "./support/serve.ts";

const CONNECT = {
  channel: "/meta/connect",
  id: "1",
  clientId: "c",
  connectionType: "long-polling",
};

async function send(url: string, body: string, headers: Record<string, string> = {}) {
  return fetch(url, { method: "POST", body, headers });
}

describe("what a peer may send, and how it is answered", () => {
  it("B1 takes a JSON array of messages", async () => {
    const comet = new FakeComet();
    const { url } = await serve(comet);
    const response = await send(url, JSON.stringify([CONNECT, { ...CONNECT, id: "2" }]));
    expect(response.status).toBe(200);
    expect(comet.handed[0]!.messages.map(({ id }) => id)).toEqual(["1", "2"]);
  });

  it("B2 takes a single message", async () => {
    const comet = new FakeComet();
    const { url } = await serve(comet);
    expect((await send(url, JSON.stringify(CONNECT))).status).toBe(200);
    expect(comet.handed[0]!.messages).toEqual([CONNECT]);
  });

  it("B3 answers 200 with a JSON array in UTF-8, for one message, too", async () => {
    const { url } = await serve(new FakeComet());
    const response = await send(url, JSON.stringify(CONNECT));
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/json;charset=UTF-8");
    expect(await response.json()).toEqual([
      { channel: "/meta/connect", id: "1", successful: true },
    ]);
  });

  it("says how long the answer is in bytes, not in characters", async () => {
    const { url } = await serve(new FakeComet());
    const response = await send(url, JSON.stringify({ channel: "/grüße" }));
    const text = await response.text();
    expect(response.headers.get("content-length")).toBe(String(Buffer.byteLength(text)));
    expect(JSON.parse(text)).toEqual([{ channel: "/grüße", successful: true }]);
  });

  it.each([
    ["nothing", ""],
    ["text that is not JSON", "{"],
    ["a number", "1"],
    ["null", "null"],
    ["an array that holds null", "[null]"],
    ["an array that holds a text", '["a"]'],
  ])("B6 answers %s with 400 and hands nothing on", async (_name, body) => {
    const comet = new FakeComet();
    const { url } = await serve(comet);
    const response = await send(url, body);
    expect(response.status).toBe(400);
    expect(await response.text()).not.toMatch(/at .*\.ts|node:/);
    expect(comet.handed).toEqual([]);
  });

  it("B7 answers an empty array with 400", async () => {
    const comet = new FakeComet();
    const { url } = await serve(comet);
    expect((await send(url, "[]")).status).toBe(400);
    expect(comet.handed).toEqual([]);
  });

  it.each(["", "/", "/handshake", "/connect", "/disconnect", "/connect?x=1", "?x=1"])(
    "B11 serves the path with %j behind it",
    async (suffix) => {
      const { url } = await serve(new FakeComet());
      expect((await send(url + suffix, JSON.stringify(CONNECT))).status).toBe(200);
    },
  );

  it.each(["X", "%2fconnect", "-2"])(
    "B11 does not serve the path with %j behind it",
    async (suffix) => {
      const comet = new FakeComet();
      const { url } = await serve(comet);
      expect((await send(url + suffix, JSON.stringify(CONNECT))).status).toBe(404);
      expect(comet.handed).toEqual([]);
    },
  );

  it.each(["", "/", "/connect"])("B12 answers OPTIONS at %j with 204", async (suffix) => {
    const { url } = await serve(new FakeComet());
    const response = await fetch(url + suffix, { method: "OPTIONS" });
    expect(response.status).toBe(204);
    expect(response.headers.get("allow")).toBe("POST, OPTIONS");
  });

  it.each(["GET", "HEAD", "PUT", "DELETE", "PATCH"])("B13 answers %s with 405", async (method) => {
    const { url } = await serve(new FakeComet());
    const response = await fetch(url, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("POST, OPTIONS");
  });

  it.each([
    ["an exchange", { method: "POST", body: "{}" }],
    ["a malformed request", { method: "POST", body: "{" }],
    ["another method", { method: "GET" }],
    ["a preflight", { method: "OPTIONS" }],
  ])("B14 lets no cache keep the answer to %s", async (_name, init) => {
    const { url } = await serve(new FakeComet());
    const { headers } = await fetch(url, init);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  });

  it("announces what it answers, and nothing that is switched off", async () => {
    const all = new FakeComet();
    await serve(all, { webSocket: false, callbackPolling: true });
    expect(all.announced).toEqual([
      "long-polling",
      "callback-polling",
      "streaming",
      "eventsource",
      "polling",
    ]);
    const few = new FakeComet();
    await serve(few, { webSocket: false, streaming: false, polling: false });
    expect(few.announced).toEqual(["long-polling"]);
  });
});
