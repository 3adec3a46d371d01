import { describe, expect, it } from "vitest";
import { until } from "../http/support/until.ts";
import { serveStreams } from "./support/serve-streams.ts";
import { StreamReader } from "./support/stream-reader.ts";

function cookieOf({ headers }: StreamReader): string {
  return headers["set-cookie"]?.[0]?.split(";", 1)[0] ?? "";
}

/** As an EventSource comes back. */
async function again(url: string, stream: StreamReader, cookie: string): Promise<StreamReader> {
  return await StreamReader.get(url, { "last-event-id": stream.lastId ?? "", cookie });
}

describe("a stream of events that says what it wants", () => {
  it("begins with the replies to a handshake and to its subscriptions", async () => {
    const { comet, url } = await serveStreams();
    const stream = await StreamReader.get(`${url}?subscription=/a&subscription=/b/*`);
    await until(() => stream.told.length === 3);
    const [handshake, ...subscribed] = stream.told;
    expect(handshake).toMatchObject({ channel: "/meta/handshake", successful: true });
    expect(subscribed).toMatchObject([
      { channel: "/meta/subscribe", subscription: "/a", successful: true },
      { channel: "/meta/subscribe", subscription: "/b/*", successful: true },
    ]);
    await comet.publish("/b/1", 1);
    await until(() => stream.toldData.length === 1);
    expect(comet.client(handshake?.clientId ?? "")?.isHeld).toBe(true);
    expect(cookieOf(stream)).toMatch(/^BAYEUX_BROWSER=/);
  });

  it("S1 goes on as the same client where it was cut, without loss and without repetition", async () => {
    const { comet, url } = await serveStreams();
    const join = `${url}?subscription=/a`;
    const first = await StreamReader.get(join);
    await until(() => first.lastId !== undefined);
    const cookie = cookieOf(first);
    await comet.publish("/a", 1);
    await until(() => first.toldData.length === 1);
    first.leave();
    await until(() => comet.stats().held === 0);
    await comet.publish("/a", 2);
    const second = await again(join, first, cookie);
    await comet.publish("/a", 3);
    await until(() => second.toldData.length === 2);
    expect(second.toldData).toEqual([2, 3]);
    expect(comet.stats().clients).toBe(1);
    const third = await again(join, second, cookie);
    await comet.publish("/a", 4);
    await until(() => third.toldData.length === 1);
    expect(third.toldData).toEqual([4]);
  });

  it("begins anew when its client is not known any more", async () => {
    const { comet, url } = await serveStreams();
    const join = `${url}?subscription=/a`;
    const first = await StreamReader.get(join);
    await until(() => first.lastId !== undefined);
    const clientId = first.told[0]?.clientId ?? "";
    first.leave();
    await comet.disconnect(clientId);
    const second = await again(join, first, cookieOf(first));
    await until(() => second.told.length === 2);
    expect(second.told[0]?.clientId).not.toBe(clientId);
    await comet.publish("/a", 1);
    await until(() => second.toldData.length === 1);
  });

  it("is told why it may not shake hands, and is 204 when it comes back", async () => {
    const { url } = await serveStreams({}, { policies: { handshake: () => false } });
    const join = `${url}?subscription=/a`;
    const stream = await StreamReader.get(join);
    await stream.end();
    expect(stream.told).toMatchObject([{ channel: "/meta/handshake", successful: false }]);
    expect((await again(join, stream, "")).status).toBe(204);
  });

  it("is told what it may not subscribe to, and brings the rest", async () => {
    const { comet, url } = await serveStreams(
      {},
      { policies: { subscribe: ({ channel }) => channel !== "/secret" } },
    );
    const stream = await StreamReader.get(`${url}?subscription=/a&subscription=/secret`);
    await until(() => stream.told.length === 3);
    expect(stream.told.map(({ successful }) => successful)).toEqual([true, true, false]);
    await comet.publish("/secret", 1);
    await comet.publish("/a", 2);
    await until(() => stream.toldData.length === 1);
    expect(stream.toldData).toEqual([2]);
  });

  it.each(["a", "/meta/*", "%00", "/a%0Aid:%20x", ""])(
    "is told that %j is nothing to subscribe to",
    async (pattern) => {
      const { url } = await serveStreams();
      const stream = await StreamReader.get(`${url}?subscription=${pattern}`);
      await until(() => stream.told.length === 2);
      expect(stream.told[1]).toMatchObject({ successful: false });
    },
  );

  it("S7 is not for pages of other origins", async () => {
    const { comet, url } = await serveStreams();
    const origin = "https://evil.example";
    expect((await StreamReader.get(`${url}?subscription=/a`, { origin })).status).toBe(403);
    expect(comet.stats().clients).toBe(0);
  });

  it("is told to come back while the server closes", async () => {
    const { comet, url } = await serveStreams();
    await comet.close();
    const stream = await StreamReader.get(`${url}?subscription=/a`);
    await stream.end();
    expect(stream.status).toBe(200);
    expect(stream.events).toEqual([{ retry: "2000" }]);
  });

  it("is told to come back later where it may shake hands then", async () => {
    const advice = { reconnect: "handshake", interval: 4_000 } as const;
    const { url } = await serveStreams(
      {},
      { policies: { handshake: () => ({ allow: false, advice }) } },
    );
    const stream = await StreamReader.get(`${url}?subscription=/a`);
    await stream.end();
    expect(stream.events).toMatchObject([{ retry: "4000", data: expect.any(String) }]);
    expect(stream.lastId).toBeUndefined();
  });

  it("is refused with more subscriptions than messages fit into a request, before a client is made", async () => {
    const { comet, url } = await serveStreams();
    const many = Array.from({ length: comet.limits.messagesPerRequest + 1 }, (_, at) => at);
    const query = many.map((at) => `subscription=/a/${at}`).join("&");
    expect((await StreamReader.get(`${url}?${query}`)).status).toBe(413);
    expect(comet.stats().clients).toBe(0);
  });
});
