import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import type { Message } from "./message.ts";
import { settled } from "./testing/fake-world.ts";
import { CONNECT, connect, SUBSCRIBE, stage, welcome } from "./testing/stage.ts";

describe("a client that is connected", () => {
  it("acknowledges what it got, where the server offers that", async () => {
    const at = stage();
    const connecting = at.client.connect();
    await welcome(at, { ext: { ack: true } });
    at.factory.latest.reply(CONNECT, { ext: { ack: 7 } });
    await connecting;
    await settled();
    expect(at.factory.latest.last(CONNECT).ext).toEqual({ ack: 7 });
  });

  it("gives a connect as long as the server holds it, and the network's delay", async () => {
    const at = stage();
    await connect(at, { advice: { timeout: 30_000 } });
    await at.world.pass(39_999);
    expect(at.client.state).toBe("connected");
    await at.world.pass(1);
    expect(at.client.state).toBe("interrupted");
    expect(at.factory.latest.abandoned).toHaveLength(1);
    await at.world.pass(1_000);
    expect(at.factory.latest.last(CONNECT)).toMatchObject({
      advice: { timeout: 0 },
      clientId: "c",
    });
  });

  it("comes back with what could not be said meanwhile", async () => {
    const at = stage();
    await connect(at);
    const { latest } = at.factory;
    const recovered: boolean[] = [];
    at.client.addEventListener("connected", (event) => recovered.push(event.recovered));
    latest.host.fail(new Error("broken"));
    await settled();
    at.client.subscribe("/a", () => undefined);
    const published = at.client.publish("/b", 1);
    expect(latest.sent.filter(({ channel }) => channel === SUBSCRIBE)).toEqual([]);
    await at.world.pass(1_000);
    latest.reply(CONNECT);
    await settled();
    expect(latest.last(SUBSCRIBE)).toMatchObject({ subscription: "/a" });
    latest.reply("/b");
    await published;
    expect(recovered).toEqual([true]);
  });

  it("shakes hands at once when it was forgotten, and sends again what was refused for that", async () => {
    const at = stage();
    await connect(at);
    const published = at.client.publish("/b", 1);
    at.factory.latest.reply("/b", { successful: false, error: "402::session_unknown" });
    await settled();
    expect(at.factory.made).toHaveLength(2);
    await welcome(at, { clientId: "d" });
    expect(at.factory.latest.last("/b")).toMatchObject({ clientId: "d", data: 1 });
    at.factory.latest.reply("/b");
    await published;
  });

  it.each<readonly [string, Partial<Message>, readonly string[]]>([
    ["retry", { successful: false, advice: { reconnect: "retry" } }, ["c", "c"]],
    ["handshake", { successful: false, advice: { reconnect: "handshake" } }, ["c"]],
  ])("does what the advice %s says", async (reconnect, reply, ids) => {
    const at = stage();
    await connect(at);
    at.factory.latest.reply(CONNECT, reply);
    await at.world.pass(1_000);
    const isNew = reconnect === "handshake";
    expect(at.factory.made).toHaveLength(isNew ? 2 : 1);
    const connects = at.factory.made[0]?.sent.filter(({ channel }) => channel === CONNECT) ?? [];
    expect(connects.slice(1).map(({ clientId }) => clientId)).toEqual(ids);
  });

  it("waits as long as the server says between connects", async () => {
    const at = stage();
    await connect(at);
    const { latest } = at.factory;
    latest.reply(CONNECT, { advice: { interval: 500 } });
    const before = latest.sent.length;
    await at.world.pass(499);
    expect(latest.sent).toHaveLength(before);
    await at.world.pass(1);
    expect(latest.sent).toHaveLength(before + 1);
  });

  it("waits once where the server sees the same client twice", async () => {
    const at = stage();
    await connect(at, { advice: { interval: 0 } });
    const { latest } = at.factory;
    const connects = () => latest.sent.filter(({ channel }) => channel === CONNECT).length;
    latest.reply(CONNECT, { advice: { interval: 2_000, "multiple-clients": true } });
    await at.world.pass(1_999);
    expect(connects()).toBe(2);
    await at.world.pass(1);
    expect(connects()).toBe(3);
    latest.reply(CONNECT);
    await settled();
    expect(connects()).toBe(4);
  });

  it("tells what the server no longer has", async () => {
    const at = stage();
    await connect(at);
    const ranges: unknown[] = [];
    at.client.addEventListener("gap", ({ range }) => ranges.push(range));
    at.factory.latest.reply(CONNECT, { ext: { gap: { from: 3, to: 9 } } });
    await settled();
    at.factory.latest.reply(CONNECT);
    await settled();
    expect(ranges).toEqual([{ from: 3, to: 9 }]);
  });

  it("ends where the server says so, and tells those who wait", async () => {
    const at = stage();
    await connect(at);
    const news = at.client.subscribe("/news");
    const next = news[Symbol.asyncIterator]().next();
    at.factory.latest.reply(CONNECT, { advice: { reconnect: "none" } });
    await expect(next).rejects.toMatchObject({ code: "session_over" });
    expect(at.client.state).toBe("disconnected");
    expect(at.world.timers).toBe(0);
  });

  it("tells the server of the first subscription to a channel, and of the last one's end", async () => {
    const at = stage();
    await connect(at);
    const { latest } = at.factory;
    const first = at.client.subscribe("/a", () => undefined);
    const second = at.client.subscribe("/a", () => undefined);
    latest.reply(SUBSCRIBE);
    await Promise.all([first.ready, second.ready]);
    first.unsubscribe();
    expect(latest.sent.filter(({ channel }) => channel === SUBSCRIBE)).toHaveLength(1);
    expect(latest.sent.filter(({ channel }) => channel === "/meta/unsubscribe")).toEqual([]);
    second.unsubscribe();
    expect(latest.last("/meta/unsubscribe")).toMatchObject({ subscription: "/a" });
  });

  it("keeps what one listener throws from the others", async () => {
    const at = stage();
    await connect(at);
    const received: unknown[] = [];
    at.client.subscribe("/a/*", () => {
      throw new Error("mine");
    });
    at.client.subscribe("/a/**", () => Promise.reject(new Error("mine, too")));
    at.client.subscribe("/a/b", ({ data }) => received.push(data));
    at.factory.latest.host.receive([{ channel: "/a/b", data: 1 }]);
    await settled();
    expect(received).toEqual([1]);
    expect(at.events.filter((event) => event === "error")).toHaveLength(2);
  });

  it("leaves nothing behind when it disconnects", async () => {
    const at = stage();
    await connect(at);
    const end = new AbortController();
    const subscription = at.client.subscribe("/a", () => undefined, { signal: end.signal });
    const published = at.client.publish("/a", 1);
    const leaving = at.client.disconnect();
    expect(at.client.state).toBe("disconnecting");
    at.factory.latest.reply("/meta/disconnect");
    await leaving;
    await expect(published).rejects.toMatchObject({ code: "disconnected" });
    expect(subscription.isOpen).toBe(false);
    expect(at.client.state).toBe("disconnected");
    expect(at.factory.latest.isClosed).toBe(true);
    expect(at.world.timers).toBe(0);
  });

  it("listens to no signal any more when it has disconnected", async () => {
    const at = stage();
    await connect(at);
    const { signal } = new AbortController();
    at.client.subscribe("/a", () => undefined, { signal });
    const waiting = at.client.call("target", 1, { signal });
    await settled();
    expect(getEventListeners(signal, "abort")).toHaveLength(2);
    const leaving = at.client.disconnect();
    at.factory.latest.reply("/meta/disconnect");
    await leaving;
    await expect(waiting).rejects.toMatchObject({ code: "disconnected" });
    expect(getEventListeners(signal, "abort")).toEqual([]);
    expect(at.world.timers).toBe(0);
  });

  it("sends what a batch has together", async () => {
    const at = stage();
    await connect(at);
    const { latest } = at.factory;
    const before = latest.sent.length;
    at.client.batch(() => {
      at.client.publish("/a", 1).catch(() => undefined);
      at.client.publish("/a", 2).catch(() => undefined);
      expect(latest.sent).toHaveLength(before);
    });
    expect(latest.sent).toHaveLength(before + 2);
  });
});
