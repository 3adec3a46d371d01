import { describe, expect, it } from "vitest";
import { until } from "../http/support/until.ts";
import { serveStreams } from "./support/serve-streams.ts";
import { StreamClient } from "./support/stream-client.ts";
import { StreamReader } from "./support/stream-reader.ts";

describe("a stream of events", () => {
  it("S4 begins at once, with headers that nobody on the way holds it back by", async () => {
    const { url } = await serveStreams();
    const client = await StreamClient.connected(url);
    const stream = await client.events();
    await until(() => stream.events[0]?.retry === "2000");
    expect(stream.status).toBe(200);
    expect(stream.headers).toMatchObject({
      "content-type": "text/event-stream;charset=UTF-8",
      "cache-control": "no-store, no-transform",
      "x-accel-buffering": "no",
      connection: "close",
    });
  });

  it("brings each message, with the position up to which its reader has all of them", async () => {
    const { comet, url } = await serveStreams();
    const client = await StreamClient.connected(url, "/a");
    const stream = await client.events();
    for (const data of [1, "two\nlines", 3]) {
      await comet.publish("/a", data);
      await until(() => stream.toldData.at(-1) === data);
    }
    const ids = stream.events.flatMap(({ id, data }) => (data === undefined ? [] : [Number(id)]));
    expect(ids).toEqual([ids[0], (ids[0] as number) + 1, (ids[0] as number) + 2]);
  });

  it("brings what waited before it was opened", async () => {
    const { comet, url } = await serveStreams();
    const client = await StreamClient.connected(url, "/a");
    await comet.publish("/a", 1);
    const stream = await client.events();
    await until(() => stream.toldData.length === 1);
  });

  it("is there beside connects, which are answered at once and bring nothing", async () => {
    const { comet, url } = await serveStreams();
    const client = await StreamClient.connected(url, "/a");
    const stream = await client.events();
    await comet.publish("/a", 1);
    const connect = { channel: "/meta/connect", connectionType: "eventsource" };
    expect(await client.askAll(connect)).toMatchObject([
      {
        channel: "/meta/connect",
        advice: { reconnect: "retry", interval: comet.timeout },
      },
    ]);
    await until(() => stream.toldData.length === 1);
  });

  it("S1 goes on where it was cut, without loss and without repetition", async () => {
    const { comet, url, ends } = await serveStreams();
    const client = await StreamClient.connected(url, "/a");
    const first = await client.events();
    for (const data of [1, 2, 3]) await comet.publish("/a", data);
    await until(() => first.toldData.length === 3);
    first.pause();
    const held = ends.at(-1);
    // These are written to the stream, and are lost with it.
    for (const data of [4, 5]) await comet.publish("/a", data);
    await new Promise(setImmediate);
    held?.destroy();
    await until(() => comet.client(client.id)?.isHeld === false);
    await comet.publish("/a", 6);
    const second = await client.eventsAfter(first);
    await comet.publish("/a", 7);
    await until(() => second.toldData.includes(7));
    expect([...first.toldData, ...second.toldData]).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it("S1 can be resumed before anything was brought", async () => {
    const { comet, url } = await serveStreams();
    const client = await StreamClient.connected(url, "/a");
    await comet.publish("/other", 0);
    const first = await client.events();
    await until(() => first.lastId !== undefined);
    first.leave();
    await until(() => comet.client(client.id)?.isHeld === false);
    await comet.publish("/a", 1);
    const second = await client.eventsAfter(first);
    await until(() => second.toldData.length === 1);
  });

  it("S1 takes the last id from the query where a page cannot send it as a header", async () => {
    const { comet, url } = await serveStreams();
    const client = await StreamClient.connected(url, "/a");
    const first = await client.events();
    await comet.publish("/a", 1);
    await until(() => first.toldData.length === 1);
    const id = first.lastId;
    await comet.publish("/a", 2);
    await until(() => first.toldData.length === 2);
    const query = `${url}/${client.id}?lastEventId=${id}`;
    const second = await StreamReader.get(query, { cookie: client.cookie });
    await until(() => second.toldData.length === 1);
    expect(second.toldData).toEqual([2]);
  });

  it.each(["nonsense", "-1", "1e3", "9".repeat(30), "999999999999999"])(
    "is opened all the same after an id that nobody was given: %s",
    async (lastId) => {
      const { comet, url } = await serveStreams();
      const client = await StreamClient.connected(url, "/a");
      const stream = await client.events({ "last-event-id": lastId });
      await comet.publish("/a", 1);
      await until(() => stream.toldData.length === 1);
    },
  );

  it("S2 is 204 for a client that there is not, so that an EventSource comes no more", async () => {
    const { url } = await serveStreams();
    const client = await StreamClient.connected(url);
    await client.ask({ channel: "/meta/disconnect" });
    for (const path of [client.id, "", "nobody", "a/b", "%00", "?x=1"]) {
      expect((await StreamReader.get(`${url}/${path}`)).status).toBe(204);
    }
    expect((await StreamReader.get(url)).status).toBe(204);
  });

  it("S2 ends with its client, and is 204 from then on", async () => {
    const { comet, url } = await serveStreams();
    const client = await StreamClient.connected(url);
    const stream = await client.events();
    await comet.disconnect(client.id);
    await stream.end();
    expect(stream.told).toMatchObject([{ advice: { reconnect: "none" } }]);
    expect((await client.eventsAfter(stream)).status).toBe(204);
  });

  it("S2 tells a reader that had a stream before that its client is not there any more, and is 204 then", async () => {
    const { comet, url } = await serveStreams();
    const client = await StreamClient.connected(url, "/a");
    const stream = await client.events();
    await comet.publish("/a", 1);
    await until(() => stream.toldData.length === 1);
    stream.leave();
    await client.ask({ channel: "/meta/disconnect" });
    const next = await client.eventsAfter(stream);
    await next.end();
    expect(next.told).toMatchObject([
      { channel: "/meta/connect", successful: false, advice: { reconnect: "handshake" } },
    ]);
    expect((await client.eventsAfter(next)).status).toBe(204);
  });

  it("S3 gives way to a newer one, is told, and is 204 when it comes back", async () => {
    const { comet, url } = await serveStreams();
    const client = await StreamClient.connected(url, "/a");
    const older = await client.events();
    const newer = await client.events();
    await older.end();
    expect(older.told).toMatchObject([{ advice: { "multiple-clients": true } }]);
    expect((await client.eventsAfter(older)).status).toBe(204);
    await comet.publish("/a", 1);
    await until(() => newer.toldData.length === 1);
    expect(newer.isClosed).toBe(false);
  });

  it("S3 gives way to itself when its reader comes back before it is known to be dead", async () => {
    const { comet, url } = await serveStreams();
    const client = await StreamClient.connected(url, "/a");
    const first = await client.events();
    await comet.publish("/a", 1);
    await until(() => first.toldData.length === 1);
    const second = await client.eventsAfter(first);
    await comet.publish("/a", 2);
    await until(() => second.toldData.length === 1);
    expect(second.toldData).toEqual([2]);
  });

  it("S4 shows again and again that it is alive, by an event that a page can see", async () => {
    const { url } = await serveStreams({ heartbeatInterval: 20 });
    const client = await StreamClient.connected(url);
    const stream = await client.events();
    await until(() => stream.events.filter(({ event }) => event === "heartbeat").length >= 3);
    expect(stream.told).toEqual([]);
  });

  it("ends when it is old, to be opened again soon, and loses nothing by it", async () => {
    const { comet, url } = await serveStreams({ maxStreamAge: 100 });
    const client = await StreamClient.connected(url, "/a");
    const first = await client.events();
    await comet.publish("/a", 1);
    await first.end();
    expect(first.hasEnded).toBe(true);
    expect(first.toldData).toEqual([1]);
    expect(first.events.at(-1)).toEqual({ retry: "100" });
    await comet.publish("/a", 2);
    const second = await client.eventsAfter(first);
    await until(() => second.toldData.length === 1);
    expect(second.toldData).toEqual([2]);
  });

  it("ends when its client connects in another way, which brings the messages from then on", async () => {
    const { comet, url } = await serveStreams();
    const client = await StreamClient.connected(url, "/a");
    const stream = await client.events();
    const lines = await client.lines();
    await stream.end();
    await comet.publish("/a", 1);
    await until(() => lines.received.length === 1);
    expect(stream.toldData).toEqual([]);
  });

  it("S6 is not for another browser", async () => {
    const { url } = await serveStreams();
    const client = await StreamClient.connected(url);
    await client.ask({ channel: "/a", data: 1 });
    expect(
      (await client.events({ cookie: "BAYEUX_BROWSER=somebody-else-altogether" })).status,
    ).toBe(204);
  });

  it("is for pages of origins that are let in, with their cookies, and for no others", async () => {
    const { url } = await serveStreams({ origins: ["https://app.example.com"] });
    const client = await StreamClient.connected(url);
    const stream = await client.events({ origin: "https://app.example.com" });
    expect(stream.headers).toMatchObject({
      "access-control-allow-origin": "https://app.example.com",
      "access-control-allow-credentials": "true",
      vary: "Origin",
    });
    expect((await client.events({ origin: "https://evil.example" })).status).toBe(403);
    expect((await client.events({ "sec-fetch-site": "cross-site" })).status).toBe(403);
  });

  it("tells an EventSource that comes while the server closes to come back", async () => {
    const { comet, url } = await serveStreams();
    const client = await StreamClient.connected(url);
    const stream = await client.events();
    await comet.close();
    await stream.end();
    expect(stream.told).toMatchObject([{ advice: { reconnect: "retry" } }]);
    expect(Number(stream.events.at(-1)?.retry)).toBeGreaterThanOrEqual(1_000);
    const late = await client.eventsAfter(stream);
    await late.end();
    expect(late.status).toBe(200);
    expect(late.events).toEqual([{ retry: "2000" }]);
    expect(late.headers.connection).toBe("close");
  });

  it("is not answered where it is switched off", async () => {
    const { url } = await serveStreams({ streaming: false });
    const client = await StreamClient.open(url);
    expect((await client.events()).status).toBe(405);
  });
});
