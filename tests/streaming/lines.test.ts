import { describe, expect, it } from "vitest";
import { until } from "../http/support/until.ts";
import { serveStreams } from "./support/serve-streams.ts";
import { StreamClient } from "./support/stream-client.ts";

describe("a stream of lines", () => {
  it("S4 begins with an empty line at once, so that its reader knows that nobody holds it back", async () => {
    const { url } = await serveStreams();
    const client = await StreamClient.connected(url);
    const stream = await client.lines();
    await until(() => stream.text === "[]\n");
    expect(stream.status).toBe(200);
    expect(stream.headers).toMatchObject({
      "content-type": "application/x-ndjson;charset=UTF-8",
      "cache-control": "no-store, no-transform",
      "x-accel-buffering": "no",
      "x-content-type-options": "nosniff",
      connection: "close",
    });
  });

  it("brings each message in a line of its own, and stays open", async () => {
    const { comet, url } = await serveStreams();
    const client = await StreamClient.connected(url, "/a");
    const stream = await client.lines();
    for (const data of [1, "two\nlines", 3]) {
      await comet.publish("/a", data);
      await until(() => stream.received.at(-1) === data);
    }
    expect(stream.lines).toHaveLength(4);
    expect(comet.client(client.id)?.isHeld).toBe(true);
  });

  it("brings what came in one turn in one line", async () => {
    const { comet, url } = await serveStreams();
    const client = await StreamClient.connected(url, "/a");
    const stream = await client.lines();
    await Promise.all([1, 2, 3].map((data) => comet.publish("/a", data)));
    await until(() => stream.received.length === 3);
    expect(stream.lines).toHaveLength(2);
  });

  it("brings what its client asks for by other requests meanwhile", async () => {
    const { url } = await serveStreams();
    const client = await StreamClient.connected(url, "/a");
    const stream = await client.lines();
    expect(await client.ask({ channel: "/a", data: 1 })).toMatchObject({ successful: true });
    await until(() => stream.received.length === 1);
  });

  it("is one whole line where the connect is answered at once, and its connection is kept", async () => {
    const { url } = await serveStreams();
    const client = await StreamClient.open(url);
    const first = await client.lines({ connection: "keep-alive" });
    await until(() => first.hasEnded);
    expect(first.messages).toMatchObject([{ channel: "/meta/connect", successful: true }]);
    expect(first.headers).toMatchObject({
      "content-type": "application/x-ndjson;charset=UTF-8",
      "content-length": String(first.text.length),
      connection: "keep-alive",
    });
  });

  it("S4 shows again and again that it is alive", async () => {
    const { url } = await serveStreams({ heartbeatInterval: 20 });
    const client = await StreamClient.connected(url);
    const stream = await client.lines();
    await until(() => stream.lines.length >= 4);
    expect(new Set(stream.lines)).toEqual(new Set(["[]"]));
  });

  it("ends with the reply to its connect when it is old, and tells its client to come again", async () => {
    const { comet, url } = await serveStreams({ maxStreamAge: 200 });
    const client = await StreamClient.connected(url, "/a");
    const stream = await client.lines();
    await stream.end();
    expect(stream.hasEnded).toBe(true);
    expect(stream.messages).toEqual([
      expect.objectContaining({
        channel: "/meta/connect",
        successful: true,
        advice: { reconnect: "retry", interval: 0, timeout: 200 },
      }),
    ]);
    await comet.publish("/a", 1);
    const next = await client.lines();
    await until(() => next.received.length === 1);
  });

  it("H1 lets go of the client when its reader goes away, and keeps messages for its return", async () => {
    const { comet, url } = await serveStreams();
    const client = await StreamClient.connected(url, "/a");
    const stream = await client.lines();
    stream.leave();
    await until(() => comet.client(client.id)?.isHeld === false);
    await comet.publish("/a", 1);
    const next = await client.lines();
    await until(() => next.received.length === 1);
  });

  it("gives way to a newer one", async () => {
    const { comet, url } = await serveStreams();
    const client = await StreamClient.connected(url, "/a");
    const older = await client.lines();
    const newer = await client.lines();
    await older.end();
    await comet.publish("/a", 1);
    await until(() => newer.received.length === 1);
    expect(older.messages).toMatchObject([{ advice: { "multiple-clients": true } }]);
  });

  it("H3 is not cut by the timeout of the server", async () => {
    const { comet, server, url } = await serveStreams();
    server.timeout = 100;
    const client = await StreamClient.connected(url, "/a");
    const stream = await client.lines();
    const begun = performance.now();
    await until(() => performance.now() > begun + 300);
    await comet.publish("/a", 1);
    await until(() => stream.received.length === 1);
  });

  it("may be read by pages of origins that are let in", async () => {
    const { url } = await serveStreams({ origins: ["https://app.example.com"] });
    const client = await StreamClient.connected(url);
    const stream = await client.lines({ origin: "https://app.example.com" });
    expect(stream.headers).toMatchObject({
      "access-control-allow-origin": "https://app.example.com",
      "access-control-allow-credentials": "true",
      vary: "Origin",
    });
    expect((await client.lines({ origin: "https://evil.example" })).status).toBe(403);
  });

  it("S6 is not for another browser", async () => {
    const { url } = await serveStreams();
    const client = await StreamClient.connected(url);
    await client.ask({ channel: "/a", data: 1 });
    const stolen = await client.lines({ cookie: "BAYEUX_BROWSER=somebody-else-altogether" });
    await stolen.end();
    expect(stolen.messages).toMatchObject([{ successful: false }]);
  });

  it("is refused where it is switched off", async () => {
    const { url } = await serveStreams({ streaming: false });
    const client = await StreamClient.open(url);
    expect(await client.connect()).toMatchObject({
      successful: false,
      error: "301:streaming:connection_type_unsupported",
    });
  });
});

describe("a client that polls", () => {
  it("is answered at once with what there is, and told when to come again", async () => {
    const { comet, url } = await serveStreams({ pollingInterval: 1_234 });
    const client = await StreamClient.connected(url, "/a");
    const advice = { reconnect: "retry", interval: 1_234 };
    expect(await client.connect("polling")).toMatchObject({ successful: true, advice });
    await comet.publish("/a", 1);
    const connect = { channel: "/meta/connect", connectionType: "polling" };
    expect(await client.askAll(connect)).toMatchObject([
      { data: 1 },
      { channel: "/meta/connect", advice },
    ]);
  });

  it("is refused where that is switched off", async () => {
    const { url } = await serveStreams({ polling: false });
    const client = await StreamClient.open(url);
    expect(await client.connect("polling")).toMatchObject({ successful: false });
  });
});
