import { createServer } from "node:http";
import { Server } from "socket.io";
import { io } from "socket.io-client";
import { afterEach, describe, expect, it } from "vitest";
import { openWebSocket, pollingUrl } from "./raw-peer.ts";
import { Bridge, collect, connection, until } from "./support.ts";

let bridge: Bridge;
afterEach(() => bridge.close());

it("lets a connection be in so many namespaces and no more", async () => {
  bridge = await Bridge.open({ namespaces: { "/n/*": {} }, maxNamespaces: 2 });
  const first = await bridge.connected("/n/1");
  await connection(first.io.socket("/n/2"));
  await expect(connection(first.io.socket("/n/3"))).rejects.toMatchObject({
    message: "Too many namespaces",
  });
});

it("lets so many connections wait without a client and no more", async () => {
  bridge = await Bridge.open({ maxPendingConnections: 1 });
  const waiting = await openWebSocket(bridge);
  expect((await fetch(pollingUrl(bridge))).status).toBe(503);
  waiting.send("40");
  await until(() => waiting.got.length === 2);
  expect((await fetch(pollingUrl(bridge))).status).toBe(200);
  waiting.close();
});

it("keeps what waits for a slow client in its mailbox", async () => {
  const limits = { mailboxMessages: 10_000, mailboxBytes: 100_000_000 };
  bridge = await Bridge.open(
    { namespaces: { "/": { subscribe: ["say"] } }, highWaterMark: 1_000 },
    { limits },
  );
  // A session over polling that does not poll: nothing of what it is sent can leave.
  const text = await (await fetch(pollingUrl(bridge))).text();
  const { sid } = JSON.parse(text.slice(1)) as { readonly sid: string };
  const url = pollingUrl(bridge, `EIO=4&transport=polling&sid=${sid}`);
  await fetch(url, { method: "POST", body: "40" });
  await until(() => [...bridge.comet.clients].some(({ isHeld }) => isHeld));
  for (let n = 0; n < 100; n++) {
    await bridge.comet.publish("/say", `${n}:${"x".repeat(500)}`);
  }
  const [client] = [...bridge.comet.clients];
  await until(() => (client?.waiting ?? 0) > 90);
  const got: string[] = [];
  while (got.length < 101) got.push(...(await (await fetch(url)).text()).split("\x1e"));
  expect(
    got.filter((packet) => packet.startsWith("42")).map((p) => /"(\d+):/.exec(p)?.[1]),
  ).toEqual(Array.from({ length: 100 }, (_, n) => String(n)));
});

it("breaks a client off that reads nothing of what it asked for", async () => {
  bridge = await Bridge.open({ maxBufferedBytes: 1_000 });
  const text = await (await fetch(pollingUrl(bridge))).text();
  const { sid } = JSON.parse(text.slice(1)) as { readonly sid: string };
  const url = pollingUrl(bridge, `EIO=4&transport=polling&sid=${sid}`);
  await fetch(url, { method: "POST", body: "40" });
  await until(() => [...bridge.comet.clients].some(({ isHeld }) => isHeld));
  const events = Array.from({ length: 60 }, (_, n) => `42${n}["say",1]`);
  await fetch(url, { method: "POST", body: events.join("\x1e") });
  await until(() => [...bridge.comet.clients].every(({ isHeld }) => !isHeld));
  expect((await fetch(url)).status).toBe(400);
});

it("lets nobody come back as a client that was made in another browser", async () => {
  bridge = await Bridge.open();
  const cookie = (await fetch(pollingUrl(bridge))).headers.get("set-cookie")?.split(";", 1)[0];
  const owner = await bridge.connected("/", { extraHeaders: { Cookie: cookie ?? "" } });
  const { _pid: pid } = owner as unknown as { readonly _pid: string };
  const thief = await bridge.connected("/", { auth: { pid, offset: "0" } });
  expect(thief.id).not.toBe(owner.id);
  expect(owner.connected).toBe(true);
});

it("uses the policies of the Comet for what a namespace subscribes to", async () => {
  bridge = await Bridge.open(
    { namespaces: { "/": { subscribe: ["secret"] } } },
    { policies: { subscribe: () => ({ allow: false, reason: "not you" }) } },
  );
  await expect(connection(bridge.client())).rejects.toMatchObject({ message: "not you" });
  await until(() => [...bridge.comet.clients].length === 0);
});

it("is told of clients by connecting, subscribing, publishing and disconnecting, as of any others", async () => {
  bridge = await Bridge.open();
  const names: string[] = [];
  for (const name of [
    ...(["handshaking", "handshaken", "connecting", "subscribing", "subscribed"] as const),
    ...(["publishing", "delivered", "disconnecting", "disconnected"] as const),
  ]) {
    bridge.comet.on(name, () => {
      names.push(name);
    });
  }
  const socket = await bridge.connected();
  await socket.emitWithAck("subscribe", "/say");
  await socket.emitWithAck("say", 1);
  await until(() => names.includes("delivered"));
  socket.disconnect();
  await until(() => names.includes("disconnected"));
  expect(names).toEqual([
    ...["handshaking", "handshaken", "connecting", "subscribing", "subscribed"],
    ...["publishing", "delivered", "disconnecting", "disconnected"],
  ]);
});

it("sets the cookie that binds a client to its browser, and takes no page of another origin", async () => {
  bridge = await Bridge.open();
  const response = await fetch(pollingUrl(bridge));
  expect(response.headers.get("set-cookie")).toMatch(/^BAYEUX_BROWSER=/);
  const foreign = await fetch(pollingUrl(bridge), { headers: { Origin: "https://evil.example" } });
  expect(foreign.status).toBe(403);
});

it("lets pages of the origins in that it was given, with their preflight requests", async () => {
  bridge = await Bridge.open({ origins: ["https://app.example"] });
  const headers = { Origin: "https://app.example" };
  const preflight = await fetch(pollingUrl(bridge), { method: "OPTIONS", headers });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get("access-control-allow-origin")).toBe("https://app.example");
  const answer = await fetch(pollingUrl(bridge), { headers });
  expect(answer.headers.get("access-control-allow-credentials")).toBe("true");
});

it("lets those pages read the answers that bring messages", async () => {
  const origins = ["https://app.example"];
  bridge = await Bridge.open({ origins, namespaces: { "/": { subscribe: ["say"] } } });
  const headers = { Origin: "https://app.example" };
  const text = await (await fetch(pollingUrl(bridge), { headers })).text();
  const { sid } = JSON.parse(text.slice(1)) as { readonly sid: string };
  const url = pollingUrl(bridge, `EIO=4&transport=polling&sid=${sid}`);
  await fetch(url, { method: "POST", body: "40", headers });
  expect(await (await fetch(url, { headers })).text()).toMatch(/^40/);
  const poll = fetch(url, { headers });
  await bridge.comet.publish("/say", 1);
  const answer = await poll;
  expect(await answer.text()).toMatch(/^42\["say",1/);
  expect(answer.headers.get("access-control-allow-origin")).toBe("https://app.example");
  expect(answer.headers.get("access-control-allow-credentials")).toBe("true");
});

it("answers 500 where an option that is a function has thrown", async () => {
  bridge = await Bridge.open({
    origins: () => {
      throw new Error("broken");
    },
  });
  const response = await fetch(pollingUrl(bridge), { headers: { Origin: "https://a.example" } });
  expect(response.status).toBe(500);
});

describe("when the server closes", () => {
  it("clients are let go so that they come back to another one", async () => {
    bridge = await Bridge.open();
    const socket = await bridge.connected("/", { transports: ["websocket"] });
    const reasons: string[] = [];
    socket.on("disconnect", (reason) => reasons.push(reason));
    await bridge.comet.close();
    await until(() => reasons.length === 1);
    expect(reasons).toEqual(["transport close"]);
  });
});

it("leaves a real socket.io server on another path of the same port alone", async () => {
  bridge = await Bridge.open({ path: "/bridge" });
  const real = new Server(bridge.server);
  real.on("connection", (socket) => socket.emit("hello", "from socket.io"));
  const socket = io(bridge.url, { forceNew: true });
  const heard = collect(socket, "hello");
  await until(() => heard.length === 1);
  const ours = await bridge.connected("/", { path: "/bridge" });
  expect(await ours.emitWithAck("say", 1)).toEqual({ ok: true });
  socket.disconnect();
  real.engine.close();
});

it("takes nothing any more once it is detached", async () => {
  bridge = await Bridge.open();
  const { attachSocketIo } = await import("@encke/gateway-socket-io");
  const server = createServer((_request, response) => response.writeHead(404).end());
  const attachment = attachSocketIo(server, bridge.comet);
  attachment.detach();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { readonly port: number };
  const url = `http://127.0.0.1:${port}/socket.io/?EIO=4&transport=polling`;
  expect((await fetch(url)).status).toBe(404);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
