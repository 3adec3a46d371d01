import { RemoteError } from "@encke/core";
import { afterEach, describe, expect, it } from "vitest";
import { Bridge, collect, connection, until } from "./support.ts";

let bridge: Bridge;
afterEach(() => bridge.close());

describe.each([
  ["polling", { transports: ["polling"] }],
  ["websocket", { transports: ["websocket"] }],
  ["polling, then websocket", {}],
])("over %s, a Socket.IO client", (_name, transport) => {
  it("publishes with an event, and gets the messages of channels in its namespace as events", async () => {
    bridge = await Bridge.open({ namespaces: { "/chat": { subscribe: ["say"] } } });
    const alice = await bridge.connected("/chat", transport);
    const bob = await bridge.connected("/chat", transport);
    const heard = collect(bob, "say");
    expect(await alice.emitWithAck("say", { text: "hello" })).toEqual({ ok: true });
    expect(await alice.emitWithAck("say", "second")).toEqual({ ok: true });
    await bridge.comet.publish("/chat/say", "third");
    await until(() => heard.length === 3);
    expect(heard).toEqual([{ text: "hello" }, "second", "third"]);
  });

  it("reaches any channel and pattern with subscribe, unsubscribe and publish", async () => {
    bridge = await Bridge.open();
    const socket = await bridge.connected("/", transport);
    const heard = collect(socket, "message");
    expect(await socket.emitWithAck("subscribe", "/news/*")).toEqual({ ok: true });
    expect(await socket.emitWithAck("publish", "/news/sport", 1)).toEqual({ ok: true });
    await until(() => heard.length === 1);
    expect(heard).toEqual([{ channel: "/news/sport", data: 1 }]);
    expect(await socket.emitWithAck("unsubscribe", "/news/*")).toEqual({ ok: true });
    await socket.emitWithAck("publish", "/news/sport", 2);
    expect(heard).toHaveLength(1);
  });

  it("calls what is registered with comet.remote", async () => {
    bridge = await Bridge.open();
    bridge.comet.remote("sum", ({ data }) => (data as number[]).reduce((a, b) => a + b, 0));
    bridge.comet.remote("later", async ({ data }) => await Promise.resolve({ got: data }));
    bridge.comet.remote("fails", () => {
      throw new RemoteError("no_stock", "There is none.");
    });
    const socket = await bridge.connected("/", transport);
    expect(await socket.emitWithAck("call", "sum", [1, 2])).toEqual({ ok: true, data: 3 });
    expect(await socket.emitWithAck("call", "later", 7)).toEqual({ ok: true, data: { got: 7 } });
    expect(await socket.emitWithAck("call", "fails")).toMatchObject({
      ok: false,
      data: { code: "no_stock" },
    });
    bridge.comet.handle("/service/notes", () => undefined);
    expect(await socket.emitWithAck("call", "notes")).toEqual({ ok: true });
    expect(await socket.emitWithAck("call", "nothing")).toEqual({
      ok: false,
      error: "404:/service/nothing:target_unknown",
    });
  });
});

it("shows its auth payload to the handshake policy, and is told why it was refused", async () => {
  const seen: unknown[] = [];
  bridge = await Bridge.open(
    {},
    {
      policies: {
        handshake: ({ message }) => {
          seen.push(message.ext?.auth);
          return (message.ext?.auth as { token?: unknown })?.token === "right"
            ? { allow: true }
            : { allow: false, reason: "who are you?" };
        },
      },
    },
  );
  const stranger = bridge.client("/", { auth: { token: "wrong" } });
  await expect(connection(stranger)).rejects.toMatchObject({ message: "who are you?" });
  await bridge.connected("/", { auth: { token: "right" } });
  expect(seen).toEqual([{ token: "wrong" }, { token: "right" }]);
});

it("knows itself by its public id, never by its secret one", async () => {
  bridge = await Bridge.open();
  const socket = await bridge.connected();
  const [client] = [...bridge.comet.clients];
  expect(socket.id).toBe(client?.publicId);
});

it("is refused in a namespace that was not declared, and let in by a pattern", async () => {
  bridge = await Bridge.open({ namespaces: { "/rooms/*": {} } });
  await expect(connection(bridge.client("/other"))).rejects.toMatchObject({
    message: "Invalid namespace",
  });
  const socket = await bridge.connected("/rooms/7");
  expect(await socket.emitWithAck("say", 1)).toEqual({ ok: true });
});

it("is one client for each of its namespaces on one connection", async () => {
  bridge = await Bridge.open({ namespaces: { "/a": {}, "/b": {} } });
  const a = await bridge.connected("/a");
  const b = a.io.socket("/b");
  await connection(b);
  expect([...bridge.comet.clients].map(({ publicId }) => publicId).sort()).toEqual(
    [a.id, b.id].sort(),
  );
  b.disconnect();
  await until(() => [...bridge.comet.clients].length === 1);
  expect(await a.emitWithAck("say", 1)).toEqual({ ok: true });
});

it("gets a message as (message, channel and data) where its name would mislead the client", async () => {
  bridge = await Bridge.open({ namespaces: { "/chat": { subscribe: ["*"] } } });
  const socket = await bridge.connected("/chat");
  const heard = collect(socket, "message");
  await bridge.comet.publish("/chat/disconnect", 1);
  await bridge.comet.publish("/chat/message", 2);
  await until(() => heard.length === 2);
  expect(heard).toEqual([
    { channel: "/chat/disconnect", data: 1 },
    { channel: "/chat/message", data: 2 },
  ]);
  expect(socket.connected).toBe(true);
});

it("is told in the receipt what was refused, and why", async () => {
  bridge = await Bridge.open(
    {},
    { policies: { publish: ({ channel }) => ({ allow: channel !== "/closed", reason: "shut" }) } },
  );
  const socket = await bridge.connected();
  expect(await socket.emitWithAck("closed", 1)).toEqual({
    ok: false,
    error: "403:/closed:shut",
  });
  expect(await socket.emitWithAck("say", 1, 2)).toMatchObject({ ok: false });
  expect(await socket.emitWithAck("publish", "/meta/disconnect", {})).toMatchObject({ ok: false });
  expect(await socket.emitWithAck("publish", "/a/**", {})).toMatchObject({ ok: false });
  expect(await socket.emitWithAck("meta/disconnect", {})).toMatchObject({ ok: false });
  expect(socket.connected).toBe(true);
});

it("is disconnected by the server, and does not come back by itself", async () => {
  bridge = await Bridge.open();
  const socket = await bridge.connected();
  const reasons: string[] = [];
  socket.on("disconnect", (reason) => reasons.push(reason));
  const [client] = [...bridge.comet.clients];
  await bridge.comet.disconnect(client?.id ?? "");
  await until(() => reasons.length === 1);
  expect(reasons).toEqual(["io server disconnect"]);
});

it("ends its client when it disconnects", async () => {
  bridge = await Bridge.open();
  const reasons: string[] = [];
  bridge.comet.on("disconnected", ({ reason }) => reasons.push(reason));
  const socket = await bridge.connected();
  socket.disconnect();
  await until(() => reasons.length === 1);
  expect(reasons).toEqual(["disconnect"]);
});
