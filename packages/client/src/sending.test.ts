import { describe, expect, it } from "vitest";
import type { Message } from "./message.ts";
import { type FakeTransport, settled } from "./testing/fake-world.ts";
import { CONNECT, connect, type Stage, stage, welcome } from "./testing/stage.ts";

const KEYS = { ext: { idempotency: true } };

function sentOn({ sent }: FakeTransport, channel: string): readonly Message[] {
  return sent.filter((message) => message.channel === channel);
}

/** Has the connection break, and come back. */
async function interrupt(at: Stage): Promise<void> {
  at.factory.latest.host.fail(new Error("broken"));
  await at.world.pass(1_000);
  at.factory.latest.reply(CONNECT);
  await settled();
}

describe("a message whose receipt does not come", () => {
  it("is sent again with the same key where the server knows keys, in the order of before", async () => {
    const at = stage();
    await connect(at, KEYS);
    const published = [at.client.publish("/a", 1), at.client.publish("/a", 2)];
    await interrupt(at);
    const sent = sentOn(at.factory.latest, "/a");
    expect(sent.map(({ data }) => data)).toEqual([1, 2, 1, 2]);
    const keys = sent.map(({ ext }) => ext?.idempotencyKey);
    expect(keys.slice(2)).toEqual(keys.slice(0, 2));
    expect(new Set(keys).size).toBe(2);
    at.factory.latest.host.receive(
      sent
        .slice(2)
        .map(({ channel, id }) => ({ channel, successful: true, ...(id !== undefined && { id }) })),
    );
    await Promise.all(published);
  });

  it("is sent again, too, to a server that has been started anew", async () => {
    const at = stage();
    await connect(at, KEYS);
    const published = at.client.publish("/a", 1);
    const [first] = sentOn(at.factory.latest, "/a");
    at.factory.latest.host.fail(new Error("broken"));
    await at.world.pass(1_000);
    at.factory.latest.reply(CONNECT, { successful: false, error: "402::session_unknown" });
    await at.world.pass(1_000);
    await welcome(at, { clientId: "d", ...KEYS });
    expect(at.factory.latest.last("/a")).toEqual({ ...first, clientId: "d" });
    at.factory.latest.reply("/a");
    await published;
  });

  it("is not sent again where the server does not know keys", async () => {
    const at = stage();
    await connect(at);
    const published = at.client.publish("/a", 1);
    expect(sentOn(at.factory.latest, "/a")[0]).not.toHaveProperty("ext");
    at.factory.latest.host.fail(new Error("broken"));
    await expect(published).rejects.toMatchObject({ code: "connection_failed" });
  });

  it("is given up at last", async () => {
    const at = stage();
    await connect(at, { ...KEYS, advice: { timeout: 600_000 } });
    const published = at.client.publish("/a", 1);
    const failing = expect(published).rejects.toMatchObject({ code: "timeout" });
    for (let attempt = 1; attempt <= 10; attempt++) {
      expect(sentOn(at.factory.latest, "/a")).toHaveLength(attempt);
      await at.world.pass(10_000);
    }
    await failing;
    expect(at.client.state).toBe("connected");
  });

  it("has the client look for the server when only the message failed", async () => {
    const at = stage();
    await connect(at, KEYS);
    at.client.publish("/a", 1).catch(() => undefined);
    const { latest } = at.factory;
    latest.host.fail(new Error("503"), [latest.last("/a")]);
    await settled();
    expect(at.client.state).toBe("interrupted");
    await at.world.pass(1_000);
    expect(latest.last(CONNECT)).toMatchObject({ advice: { timeout: 0 } });
    latest.reply(CONNECT);
    await settled();
    expect(at.client.state).toBe("connected");
    expect(sentOn(latest, "/a")).toHaveLength(2);
  });

  it("is not sent again when the client disconnects", async () => {
    const at = stage();
    await connect(at, KEYS);
    const published = at.client.publish("/a", 1);
    const leaving = at.client.disconnect();
    at.factory.latest.reply("/meta/disconnect");
    await leaving;
    await expect(published).rejects.toMatchObject({ code: "disconnected" });
  });
});

describe("messages that are refused because the server does not know the client", () => {
  const forgotten = { successful: false, error: "402::session_unknown" };

  it.each([
    ["while it is connected", () => undefined],
    ["while it is coming back", (at: Stage) => fail(at)],
  ])("are all sent again as whoever it is then, %s", async (_when, before) => {
    const at = stage();
    await connect(at);
    const { latest } = at.factory;
    const published = at.client.batch(() => [
      at.client.publish("/a", 1),
      at.client.publish("/a", 2),
    ]);
    const asked = sentOn(latest, "/a");
    before(at);
    await settled();
    latest.host.receive(asked.map(({ channel, id }) => ({ channel, id, ...forgotten })));
    await at.world.pass(1_000);
    latest.reply(CONNECT, forgotten);
    await at.world.pass(1_000);
    await welcome(at, { clientId: "d" });
    const again = sentOn(at.factory.latest, "/a").filter(({ clientId }) => clientId === "d");
    expect(again.map(({ data }) => data)).toEqual([1, 2]);
    at.factory.latest.host.receive(
      again.map(({ channel, id }) => ({ channel, id, successful: true })),
    );
    await Promise.all(published);
  });

  /** Only the connect fails. */
  function fail({ factory: { latest } }: Stage): void {
    latest.host.fail(new Error("broken"), [latest.last(CONNECT)]);
  }
});

describe("without a connection", () => {
  it("nothing waits where that was chosen", async () => {
    const { client } = stage({ offline: "reject" });
    await expect(client.publish("/a", 1)).rejects.toMatchObject({ code: "offline" });
    await expect(client.call("a")).rejects.toMatchObject({ code: "offline" });
  });

  it("subscriptions wait all the same", async () => {
    const at = stage({ offline: "reject" });
    const subscription = at.client.subscribe("/a", () => undefined);
    await connect(at);
    at.factory.latest.reply("/meta/subscribe");
    await subscription;
  });
});

describe("a message that has no JSON", () => {
  const ring: { self?: unknown } = {};
  ring.self = ring;

  it.each([
    ["a bigint", 1n],
    ["a ring", ring],
  ])("is refused at once, and harms no other: %s", async (_what, data) => {
    const at = stage();
    await connect(at, KEYS);
    const [bad, good] = at.client.batch(() => [
      at.client.publish("/a", data),
      at.client.publish("/a", 1),
    ]);
    await expect(bad).rejects.toMatchObject({ code: "data_invalid", cause: expect.any(TypeError) });
    expect(sentOn(at.factory.latest, "/a").map((message) => message.data)).toEqual([1]);
    at.factory.latest.reply("/a");
    await good;
    expect(at.events).toEqual(["connecting", "connected"]);
  });
});

describe("what a message can have of its own", () => {
  it("is sent with it", async () => {
    const at = stage();
    await connect(at, KEYS);
    at.client.publish("/a", 1, { ext: { mine: 1 } }).catch(() => undefined);
    expect(at.factory.latest.last("/a").ext).toMatchObject({
      mine: 1,
      idempotencyKey: expect.any(String),
    });
  });
});
