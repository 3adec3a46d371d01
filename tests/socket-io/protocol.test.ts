import { binary } from "@encke/extensions";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { next, openPolling, openWebSocket, pollingUrl, type RawPeer } from "./raw-peer.ts";
import { Bridge, until } from "./support.ts";

let bridge: Bridge;
const peers: RawPeer[] = [];

beforeEach(async () => {
  bridge = await Bridge.open({
    namespaces: { "/": { subscribe: ["say"] }, "/custom": {} },
    pingInterval: 300,
    pingTimeout: 200,
    connectTimeout: 400,
  });
  bridge.comet.use(binary());
});

afterEach(async () => {
  for (const peer of peers.splice(0)) peer.close();
  await bridge.close();
});

/** @see https://socket.io/docs/v4/engine-io-protocol/ */
describe("Engine.IO v4", () => {
  it("opens a session over polling", async () => {
    const response = await fetch(pollingUrl(bridge));
    const text = await response.text();
    expect(response.status).toBe(200);
    expect(text.startsWith("0")).toBe(true);
    expect(JSON.parse(text.slice(1))).toEqual({
      sid: expect.any(String),
      upgrades: ["websocket"],
      pingInterval: 300,
      pingTimeout: 200,
      maxPayload: 65_536,
    });
  });

  it.each([
    ["without a transport", "EIO=4", "GET"],
    ["with an unknown transport", "EIO=4&transport=abc", "GET"],
    ["without a version", "transport=polling", "GET"],
    ["with version 3", "EIO=3&transport=polling", "GET"],
    ["with a POST", "EIO=4&transport=polling", "POST"],
    ["with a session that there is not", "EIO=4&transport=polling&sid=unknown", "GET"],
    ["with a session named __proto__", "EIO=4&transport=polling&sid=__proto__", "GET"],
    ["with WebTransport, which is not served", "EIO=4&transport=webtransport", "GET"],
  ])("refuses a request over polling %s", async (_name, query, method) => {
    expect((await fetch(pollingUrl(bridge, query), { method })).status).toBe(400);
  });

  it("opens a session over WebSocket", async () => {
    const peer = await openPeer(openWebSocket);
    const open = String(await next(peer));
    expect(JSON.parse(open.slice(1))).toMatchObject({ upgrades: [], maxPayload: 65_536 });
  });

  it.each([
    ["EIO=4"],
    ["EIO=4&transport=abc"],
    ["transport=websocket"],
    ["EIO=4&transport=websocket&sid=x"],
  ])("refuses a WebSocket with %s", async (query) => {
    const socket = new WebSocket(`ws://127.0.0.1:${bridge.port}/socket.io/?${query}`);
    socket.on("error", () => undefined);
    await until(() => socket.readyState === WebSocket.CLOSED);
  });

  it("refuses two polls of a session at the same time", async () => {
    const { url } = await openSession();
    const polls = [fetch(url), fetch(url)];
    const statuses = (await Promise.all(polls)).map(({ status }) => status);
    expect(statuses).toContain(400);
  });

  it("closes a session over polling when it is told to", async () => {
    const { url } = await openSession();
    const poll = fetch(url);
    await fetch(url, { method: "POST", body: "1" });
    expect((await poll).status).toBe(200);
    expect((await fetch(url)).status).toBe(400);
  });

  it("refuses a packet that is none", async () => {
    const { url } = await openSession();
    await fetch(url, { method: "POST", body: "abc" });
    expect((await fetch(url)).status).toBe(400);
  });

  it("changes from polling to WebSocket, and takes the old way no more", async () => {
    const { url, sid } = await openSession();
    const poll = fetch(url);
    const socket = await openUpgrade(sid);
    const got: string[] = [];
    socket.on("message", (data) => got.push(String(data)));
    socket.send("2probe");
    await until(() => got.includes("3probe"));
    expect(await (await poll).text()).toBe("6");
    socket.send("5");
    socket.send("40");
    await until(() => got.some((packet) => packet.startsWith("40{")));
    expect((await fetch(url)).status).toBe(400);
    const second = await openUpgrade(sid);
    await until(() => second.readyState === WebSocket.CLOSED);
    expect(socket.readyState).toBe(WebSocket.OPEN);
    socket.terminate();
  });

  it("pings, and closes a session that does not answer", async () => {
    const peer = await openPeer(openWebSocket);
    peer.send("40");
    await until(() => peer.got.includes("2"));
    await until(() => peer.isClosed);
  });
});

/** @see https://socket.io/docs/v4/socket-io-protocol/ */
describe.each([
  ["polling", openPolling],
  ["WebSocket", openWebSocket],
])("Socket.IO v5 over %s", (_name, open) => {
  let peer: RawPeer;

  beforeEach(async () => {
    peer = await openPeer(open);
    expect(String(await next(peer)).startsWith("0{")).toBe(true);
  });

  async function connect(): Promise<void> {
    peer.send("40");
    expect(await next(peer)).toMatch(/^40\{"sid":"[^"]+","pid":"[^"]+"\}$/);
  }

  it("connects to the root, with a payload and without", async () => {
    peer.send('40{"token":"123"}');
    expect(await next(peer)).toMatch(/^40\{"sid"/);
  });

  it("never says the secret id of a client, not to itself either", async () => {
    const told: string[] = [];
    const say = async (packet: string): Promise<void> => {
      peer.send(packet);
      told.push(String(await next(peer)));
    };
    await say("40");
    await say('421["subscribe","/news/*"]');
    await say('422["publish","/news/today","hello"]');
    await say('423["subscribe","no channel"]');
    told.push(String(await next(peer)));
    const [client] = [...bridge.comet.clients];
    expect(told.join()).toContain(client!.publicId);
    expect(told.join()).not.toContain(client!.id);
  });

  it("connects to a namespace", async () => {
    peer.send("40/custom,");
    expect(await next(peer)).toMatch(/^40\/custom,\{"sid"/);
  });

  it("refuses a namespace that there is not, and leaves the connection open", async () => {
    peer.send("40/random");
    expect(await next(peer)).toBe('44/random,{"message":"Invalid namespace","data":{"error":""}}');
    await connect();
  });

  it("closes a connection that is in no namespace in time", async () => {
    await until(() => peer.isClosed);
  });

  it("brings events, and answers those that ask for it", async () => {
    await connect();
    peer.send('42["say",{"a":1}]');
    expect(await next(peer)).toMatch(/^42\["say",\{"a":1\},"\d+"\]$/);
    peer.send('42456["say",2]');
    const answers = [await next(peer), await next(peer)];
    expect(answers).toContain('43456[{"ok":true}]');
  });

  it("brings binary events in both directions", async () => {
    await connect();
    peer.send('451-["say",{"_placeholder":true,"num":0}]', Buffer.from([1, 2, 3]));
    expect(await next(peer)).toMatch(/^451-\["say",\{"_placeholder":true,"num":0\},"\d+"\]$/);
    expect(await next(peer)).toEqual(Buffer.from([1, 2, 3]));
  });

  it("lets a peer leave a namespace and stay in another", async () => {
    await connect();
    peer.send("40/custom,");
    await next(peer);
    peer.send("41/custom,");
    peer.send('421["say",1]');
    const answers = [await next(peer), await next(peer)];
    expect(answers).toContain('431[{"ok":true}]');
    await until(() => [...bridge.comet.clients].length === 1);
  });

  it("ignores an answer to nothing", async () => {
    await connect();
    peer.send('430["bar"]');
    peer.send('421["say",1]');
    expect([await next(peer), await next(peer)]).toContain('431[{"ok":true}]');
  });

  it.each<readonly [string, readonly (string | Buffer)[]]>([
    ["a packet that is none", ["4abc"]],
    ["an unknown type", ["49"]],
    ["an event before it has connected", ['42["say"]']],
    ["an event in a namespace that it is not in", ["40", '42/custom,["say"]']],
    ["a second CONNECT", ["40/custom,", "40/custom,"]],
    ["a refusal, which only servers send", ["40", '44{"message":"no"}']],
    ["a CONNECT whose payload is no object", ['40"abc"']],
    ["a CONNECT whose payload is a list", ["40[]"]],
    ["an event without a name", ["40", "42{}"]],
    ["an event of a name that means something to the client", ["40", '42["disconnect"]']],
    ["an event that is not JSON", ["40", '42["say"']],
    ["bytes that nobody has announced", ["40", Buffer.from([1])]],
    [
      "text in the place of bytes",
      ["40", '451-["say",{"_placeholder":true,"num":0}]', '42["say"]'],
    ],
    [
      "a placeholder of bytes that there are not",
      ["40", '451-["say",{"_placeholder":true,"num":9}]', Buffer.from([1])],
    ],
    ["attachments that are no number", ["40", '45x-["say"]']],
    ["more attachments than there may be", ["40", '4511-["say"]']],
  ])("closes the connection after %s, and serves others", async (_what, packets) => {
    for (const packet of packets) {
      peer.send(packet);
      if (packet === "40" && packet === packets[0]) await next(peer);
    }
    await until(() => peer.isClosed);
    const other = await openPeer(open);
    await next(other);
    other.send("40");
    expect(await next(other)).toMatch(/^40\{"sid"/);
  });
});

async function openPeer(open: (bridge: Bridge) => Promise<RawPeer>): Promise<RawPeer> {
  const peer = await open(bridge);
  peers.push(peer);
  return peer;
}

async function openSession(): Promise<{ readonly url: string; readonly sid: string }> {
  const text = await (await fetch(pollingUrl(bridge))).text();
  const { sid } = JSON.parse(text.slice(1)) as { readonly sid: string };
  return { sid, url: pollingUrl(bridge, `EIO=4&transport=polling&sid=${sid}`) };
}

async function openUpgrade(sid: string): Promise<WebSocket> {
  const query = `EIO=4&transport=websocket&sid=${sid}`;
  const socket = new WebSocket(`ws://127.0.0.1:${bridge.port}/socket.io/?${query}`);
  socket.on("error", () => undefined);
  await until(() => socket.readyState === WebSocket.OPEN || socket.readyState === WebSocket.CLOSED);
  return socket;
}
