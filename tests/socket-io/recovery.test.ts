import { MemoryStore } from "@encke/store-memory";
import { RedisStore } from "@encke/store-redis";
import type { Socket } from "socket.io-client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { redisForTests } from "../support/redis-server.ts";
import { Bridge, collect, connection, until } from "./support.ts";

const CHAT = { namespaces: { "/chat": { subscribe: ["say"] } } };

/** Breaks the connection off; the client comes back by itself. */
function breakOff(socket: Socket): Promise<void> {
  const isBack = connection(socket);
  socket.io.engine.close();
  return isBack;
}

describe("a Socket.IO client that comes back", () => {
  let bridge: Bridge;
  beforeEach(async () => {
    bridge = await Bridge.open(CHAT);
  });
  afterEach(() => bridge.close());

  it.each([
    ["polling", ["polling"]],
    ["websocket", ["websocket"]],
  ])(
    "over %s is the same client and gets what it missed, once and in order",
    async (_, transports) => {
      const socket = await bridge.connected("/chat", { transports });
      const heard = collect(socket, "say");
      const { id } = socket;
      for (let round = 0; round < 5; round++) {
        await bridge.comet.publish("/chat/say", 2 * round);
        const back = breakOff(socket);
        await bridge.comet.publish("/chat/say", 2 * round + 1);
        await back;
        expect(socket.recovered).toBe(true);
      }
      await until(() => heard.length >= 10);
      expect(heard).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      expect(socket.id).toBe(id);
    },
  );

  it("before it got any event misses nothing either", async () => {
    const socket = await bridge.connected("/chat");
    const heard = collect(socket, "say");
    const back = breakOff(socket);
    await bridge.comet.publish("/chat/say", "first");
    await back;
    await until(() => heard.length === 1);
    expect(socket.recovered).toBe(true);
  });

  it("keeps what it subscribed to itself", async () => {
    const socket = await bridge.connected("/chat");
    const heard = collect(socket, "message");
    await socket.emitWithAck("subscribe", "/news/**");
    await breakOff(socket);
    await bridge.comet.publish("/news/today", 1);
    await until(() => heard.length === 1);
    expect(heard).toEqual([{ channel: "/news/today", data: 1 }]);
  });

  it("is a new one where the server knows it no more", async () => {
    const socket = await bridge.connected("/chat");
    const [client] = [...bridge.comet.clients];
    const { id } = socket;
    socket.io.reconnection(false);
    socket.io.engine.close();
    await until(() => client?.isHeld === false);
    await bridge.comet.disconnect(client?.id ?? "");
    socket.connect();
    await connection(socket);
    expect(socket.recovered).toBe(false);
    expect(socket.id).not.toBe(id);
  });

  it("is nobody with a private id that was made up", async () => {
    const socket = bridge.client("/chat", { auth: { pid: "no~such~7", offset: "-1" } });
    await connection(socket);
    expect(socket.recovered).toBe(false);
    expect([...bridge.comet.clients]).toHaveLength(1);
  });
});

it("learns that it has missed messages where they are kept no more", async () => {
  const store = new MemoryStore({ maxBytes: 1_000 });
  const bridge = await Bridge.open(CHAT, { store });
  const socket = await bridge.connected("/chat");
  const heard = collect(socket, "say");
  await bridge.comet.publish("/chat/say", "first");
  await until(() => heard.length === 1);
  const back = breakOff(socket);
  for (let n = 0; n < 100; n++) await bridge.comet.publish("/chat/say", "x".repeat(100));
  await back;
  expect(socket.recovered).toBe(false);
  await bridge.close();
});

describe("on two nodes with one Redis", () => {
  let redis: Awaited<ReturnType<typeof redisForTests>>;
  let one: Bridge;
  let other: Bridge;

  beforeEach(async () => {
    redis = await redisForTests();
    const open = (): Promise<Bridge> =>
      Bridge.open(CHAT, { store: new RedisStore({ url: redis.url }) });
    [one, other] = await Promise.all([open(), open()]);
  });

  afterEach(async () => {
    await Promise.all([one.close(), other.close()]);
    await redis.close();
  });

  it("a client goes on at the other node, and gets everything once", async () => {
    const socket = await one.connected("/chat", { transports: ["websocket"] });
    const heard = collect(socket, "say");
    const { id } = socket;
    const expected: number[] = [];
    for (let n = 0; n < 6; n++) {
      await one.comet.publish("/chat/say", 2 * n);
      (socket.io as unknown as { uri: string }).uri = (n % 2 === 0 ? other : one).url;
      const back = breakOff(socket);
      await other.comet.publish("/chat/say", 2 * n + 1);
      await back;
      expect(socket.recovered).toBe(true);
      expected.push(2 * n, 2 * n + 1);
    }
    await until(() => heard.length >= expected.length);
    expect(heard).toEqual(expected);
    expect(socket.id).toBe(id);
  });
});
