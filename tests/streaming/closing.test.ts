import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { until } from "../http/support/until.ts";
import { serveStreams } from "./support/serve-streams.ts";
import { StreamClient } from "./support/stream-client.ts";

describe("the end of a Comet with streams", () => {
  it("B70 ends a stream of lines with the reply to its connect, and lets the server close at once", async () => {
    const { comet, server, url } = await serveStreams();
    const client = await StreamClient.connected(url, "/a");
    const stream = await client.lines();
    const closed = once(server, "close");
    server.close();
    await comet.close();
    await closed;
    await until(() => stream.isClosed);
    expect(stream.hasEnded).toBe(true);
    expect(stream.messages).toMatchObject([
      { channel: "/meta/connect", successful: true, advice: { reconnect: "retry" } },
    ]);
  });

  it("B70 S6 ends a stream of events with the advice to come back, and lets the server close at once", async () => {
    const { comet, server, url } = await serveStreams();
    const client = await StreamClient.connected(url, "/a");
    const stream = await client.events();
    const closed = once(server, "close");
    server.close();
    await comet.close();
    await closed;
    await until(() => stream.isClosed);
    expect(stream.hasEnded).toBe(true);
    expect(stream.told).toMatchObject([
      { channel: "/meta/connect", successful: true, advice: { reconnect: "retry" } },
    ]);
  });

  it("breaks off a stream that is not read when the time to close is over, and not before", async () => {
    const { comet, url, ends } = await serveStreams();
    const client = await StreamClient.connected(url, "/a");
    const stream = await client.lines();
    stream.pause();
    const end = ends.at(-1);
    while ((comet.client(client.id)?.waiting ?? 0) === 0) {
      await comet.publish("/a", "x".repeat(100_000));
      await new Promise(setImmediate);
    }
    const begun = performance.now();
    await comet.close({ deadline: 300 });
    expect(performance.now() - begun).toBeGreaterThan(250);
    await until(() => end?.destroyed === true);
  });
});
