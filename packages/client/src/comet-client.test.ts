import { describe, expect, it } from "vitest";
import { CometClient } from "./comet-client.ts";
import type { Message } from "./message.ts";
import { FakeFactory, settled } from "./testing/fake-world.ts";
import { CONNECT, connect, HANDSHAKE, SUBSCRIBE, stage, welcome } from "./testing/stage.ts";

describe("a client that connects", () => {
  it("is connected when a connect was answered, and not before", async () => {
    const at = stage();
    const connecting = at.client.connect();
    await welcome(at);
    expect(at.client.state).toBe("connecting");
    expect(at.factory.latest.last(CONNECT)).toMatchObject({
      advice: { timeout: 0 },
      clientId: "c",
    });
    at.factory.latest.reply(CONNECT);
    await connecting;
    expect(at.client.state).toBe("connected");
    expect(at.events).toEqual(["connecting", "connected"]);
    await settled();
    expect(at.factory.latest.last(CONNECT)).not.toHaveProperty("advice");
  });

  it("sends what the application has for handshakes, asked for each time", async () => {
    let calls = 0;
    const at = stage({ ext: () => ({ call: ++calls }), getToken: async () => "secret" });
    await connect(at);
    const { ext } = at.factory.latest.last(HANDSHAKE);
    expect(ext).toEqual({ ack: true, idempotency: true, token: "secret", call: 1 });
    expect(await at.factory.latest.host.headers()).toEqual({ Authorization: "Bearer secret" });
  });

  it("subscribes first, and then sends what was published early", async () => {
    const at = stage();
    const published = at.client.publish("/a", 1);
    at.client.subscribe("/a", () => undefined);
    const connecting = at.client.connect();
    await welcome(at);
    const channels = at.factory.latest.sent.map(({ channel }) => channel);
    expect(channels).toEqual([HANDSHAKE, SUBSCRIBE, "/a", CONNECT]);
    at.factory.latest.reply("/a");
    at.factory.latest.reply(CONNECT);
    await expect(published).resolves.toMatchObject({ successful: true });
    await connecting;
  });

  it("tries a handshake that fails again, later and later", async () => {
    const at = stage();
    const connecting = at.client.connect();
    await settled();
    for (const delay of [1_000, 2_000, 4_000]) {
      const { sent, host } = at.factory.latest;
      host.fail(new Error("refused"));
      const before = sent.length;
      await at.world.pass(delay - 1);
      expect(sent).toHaveLength(before);
      await at.world.pass(1);
      expect(sent).toHaveLength(before + 1);
    }
    await welcome(at);
    at.factory.latest.reply(CONNECT);
    await connecting;
    expect(at.events).toEqual(["connecting", "error", "error", "error", "connected"]);
  });

  it("tries again where something is wrong with the server", async () => {
    const at = stage();
    const connecting = at.client.connect();
    await settled();
    at.factory.latest.reply(HANDSHAKE, { successful: false, error: "500::server_error" });
    await at.world.pass(1_000);
    expect(at.client.state).toBe("connecting");
    await welcome(at);
    at.factory.latest.reply(CONNECT);
    await connecting;
  });

  it("leaves nothing behind when it disconnects before it has begun", async () => {
    let token = (_token: string): void => undefined;
    const getToken = (): Promise<string> =>
      new Promise((resolve) => {
        token = resolve;
      });
    const at = stage({ getToken });
    const failing = expect(at.client.connect()).rejects.toMatchObject({ code: "disconnected" });
    await settled();
    await at.client.disconnect();
    token("t");
    await settled();
    await failing;
    expect(at.world.timers).toBe(0);
    expect(at.factory.latest.sent).toEqual([]);
    expect(at.events).toEqual(["connecting", "disconnected"]);
  });

  it("gives up where the server refuses it", async () => {
    const at = stage();
    const connecting = at.client.connect();
    connecting.catch(() => undefined);
    await welcome(at, {
      successful: false,
      error: "403::handshake_denied",
      advice: { reconnect: "none" },
    });
    await expect(connecting).rejects.toMatchObject({ code: "handshake_denied", status: 403 });
    expect(at.client.state).toBe("disconnected");
    expect(at.world.timers).toBe(0);
  });

  it("drops a transport that never works, and takes the next", async () => {
    const other = new FakeFactory("other");
    const broken = new FakeFactory();
    const at = stage({ transports: [broken, other] });
    const connecting = at.client.connect();
    await settled();
    broken.latest.host.fail(new Error("no"));
    await at.world.pass(1_000);
    await welcome({ ...at, factory: other });
    other.latest.reply(CONNECT);
    await connecting;
    expect(at.client.connectionType).toBe("other");
    expect(broken.made).toHaveLength(1);
  });
});

describe("a client that is not connected", () => {
  it("lets as many messages wait as it is told to", async () => {
    const { client } = stage({ queueSize: 1 });
    const first = client.publish("/a", 1);
    await expect(client.publish("/a", 2)).rejects.toMatchObject({ code: "queue_full" });
    await client.disconnect();
    await expect(first).rejects.toMatchObject({ code: "disconnected" });
  });

  it("publishes nothing on a meta channel", async () => {
    const published = stage().client.publish("/meta/connect", 1);
    await expect(published).rejects.toMatchObject({ code: "channel_invalid" });
  });

  it("refuses options that it does not know", () => {
    const options = { maxNetworkDelays: 5 } as object;
    expect(() => new CometClient("/comet", options)).toThrow(/maxNetworkDelays/);
  });

  it("asks when it is connected what was called before", async () => {
    const at = stage();
    const early = at.client.call("early");
    await connect(at);
    at.factory.latest.host.receive([{ channel: "/service/early", id: "1", data: "result" }]);
    expect(await early).toBe("result");
  });

  describe("a call that is given up", () => {
    const keys = { ext: { idempotency: true } };
    const isCancel = ({ ext }: Message): boolean => ext?.stream !== undefined;

    it("is cancelled at the server, once, as what it was asked as", async () => {
      const at = stage();
      await connect(at, keys);
      const { latest } = at.factory;
      const end = new AbortController();
      const options = { ext: { ticket: 7 }, signal: end.signal };
      const aborted = at.client.call("slow", "question", options);
      const late = at.client.call("slow", null, { timeout: 50 });
      await settled();
      const [one, two] = latest.sent.slice(-2);
      end.abort();
      await expect(aborted).rejects.toMatchObject({ code: "aborted" });
      latest.host.receive([{ channel: "/service/slow", successful: true, id: two?.id as string }]);
      await Promise.all([
        expect(late).rejects.toMatchObject({ code: "timeout" }),
        at.world.pass(50),
      ]);
      expect(latest.sent.filter(isCancel)).toEqual([
        { ...one, data: null, ext: { call: true, ticket: 7, stream: { cancel: true } } },
        { ...two, ext: { call: true, stream: { cancel: true } } },
      ]);
      await at.world.pass(60_000);
      expect(latest.sent.filter(isCancel)).toHaveLength(2);
    });

    it.each([
      ["a server for which that would be another call", {}],
      ["one that cannot be reached", keys],
    ])("is not cancelled at %s", async (_, welcomed) => {
      const at = stage();
      await connect(at, welcomed);
      const end = new AbortController();
      const call = at.client.call("slow", null, { signal: end.signal });
      await settled();
      if (welcomed === keys) at.client.disconnect().catch(() => undefined);
      end.abort();
      await expect(call).rejects.toMatchObject({ code: "aborted" });
      await at.world.pass(1_000);
      expect(at.factory.latest.sent.filter(isCancel)).toEqual([]);
    });

    it("is not cancelled when it has not been sent yet", async () => {
      const at = stage();
      await connect(at, keys);
      const before = at.factory.latest.sent.length;
      const end = new AbortController();
      const call = at.client.batch(() => {
        const asked = at.client.call("slow", null, { signal: end.signal });
        end.abort();
        return asked;
      });
      await expect(call).rejects.toMatchObject({ code: "aborted" });
      expect(at.factory.latest.sent.slice(before)).toEqual([]);
    });

    it("is not cancelled when the server has refused it, or answered with an error", async () => {
      const at = stage();
      await connect(at, keys);
      const { latest } = at.factory;
      for (const fields of [
        { successful: false, error: "429::too_many_requests" },
        { successful: false, error: "500::handler_timeout", data: { code: "timeout" } },
      ]) {
        const call = at.client.call("slow");
        await settled();
        latest.reply("/service/slow", fields);
        await expect(call).rejects.toThrow();
      }
      await at.world.pass(1_000);
      expect(latest.sent.filter(isCancel)).toEqual([]);
    });
  });

  it("ends a call that nobody waits for any more", async () => {
    const { client, world } = stage();
    const end = new AbortController();
    const call = client.call("slow", null, { signal: end.signal });
    await settled();
    end.abort();
    await expect(call).rejects.toMatchObject({ code: "aborted" });
    const late = expect(client.call("slow", null, { timeout: 50 })).rejects.toMatchObject({
      code: "timeout",
    });
    await world.pass(50);
    await late;
    await client.disconnect();
    expect(world.timers).toBe(0);
  });
});
