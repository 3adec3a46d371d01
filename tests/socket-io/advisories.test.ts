import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { next, openPolling, openWebSocket, pollingUrl, type RawPeer } from "./raw-peer.ts";
import { Bridge, until } from "./support.ts";

let bridge: Bridge;
const peers: RawPeer[] = [];

beforeEach(async () => {
  bridge = await Bridge.open({ namespaces: { "/": { subscribe: ["*"] } } });
});

/** Whatever was done to it: the server serves. */
afterEach(async () => {
  const socket = await bridge.connected("/", { transports: ["websocket"] });
  expect(await socket.emitWithAck("say", 1)).toEqual({ ok: true });
  for (const peer of peers.splice(0)) peer.close();
  await bridge.close();
});

async function joined(open: typeof openWebSocket): Promise<RawPeer> {
  const peer = await open(bridge);
  peers.push(peer);
  await next(peer);
  peer.send("40");
  await next(peer);
  return peer;
}

/** What the server answers to the bytes, until it closes or a while has passed. */
async function answerTo(bytes: string | Buffer, then?: (end: () => void) => void): Promise<string> {
  const socket = connect(bridge.port, "127.0.0.1");
  let answer = "";
  socket.setEncoding("latin1").on("data", (text) => {
    answer += text;
    then?.(() => socket.resetAndDestroy());
  });
  socket.on("error", () => undefined);
  await once(socket, "connect");
  socket.write(bytes);
  await until(() => socket.destroyed || socket.readableEnded || answer.includes("\r\n\r\n"));
  socket.destroy();
  return answer;
}

function upgradeRequest(query: string): string {
  return [
    `GET /socket.io/?${query} HTTP/1.1`,
    "Host: 127.0.0.1",
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "\r\n",
  ].join("\r\n");
}

async function openSession(): Promise<string> {
  const text = await (await fetch(pollingUrl(bridge))).text();
  return (JSON.parse(text.slice(1)) as { readonly sid: string }).sid;
}

describe("engine.io", () => {
  it("GHSA-r635-g3xr-vw7x: answers a POST of bytes over polling, and leaves no connection open", async () => {
    const sid = await openSession();
    const response = await fetch(pollingUrl(bridge, `EIO=4&transport=polling&sid=${sid}`), {
      method: "POST",
      headers: { "Content-Type": "application/octet-stream" },
      body: Buffer.from([1, 2, 3]),
    });
    expect(response.status).toBe(400);
  });

  it("CVE-2026-102599: refuses an upgrade to another version of the protocol", async () => {
    for (const version of ["&EIO=3", ""]) {
      const sid = await openSession();
      const query = `transport=websocket&sid=${sid}${version}`;
      expect(await answerTo(upgradeRequest(query))).toContain("400 Bad Request");
    }
  });

  it("CVE-2026-59724: knows no session by the name of an inherited property", async () => {
    for (const sid of ["__proto__", "constructor", "toString"]) {
      const query = `EIO=4&transport=polling&sid=${sid}`;
      expect((await fetch(pollingUrl(bridge, query))).status).toBe(400);
      const upgrade = `EIO=4&transport=websocket&sid=${sid}`;
      expect(await answerTo(upgradeRequest(upgrade))).toContain("400 Bad Request");
    }
  });

  it("CVE-2023-31125: refuses a WebSocket for a transport that is none", async () => {
    for (const transport of ["polling", "toString", "__proto__", "webtransport"]) {
      const socket = new WebSocket(
        `ws://127.0.0.1:${bridge.port}/socket.io/?EIO=4&transport=${transport}`,
      );
      socket.on("error", () => undefined);
      await until(() => socket.readyState === WebSocket.CLOSED);
    }
  });

  it("CVE-2022-41940: outlives a peer that resets the connection while it is upgraded", async () => {
    await answerTo(upgradeRequest("EIO=4&transport=websocket"), (end) => end());
    await answerTo(upgradeRequest("EIO=4&transport=abc"), (end) => end());
  });

  it("CVE-2022-21676: outlives a frame with reserved bits, sent with the upgrade", async () => {
    const frame = Buffer.from([0xf1, 0x80, 0, 0, 0, 0]);
    const request = Buffer.from(upgradeRequest("EIO=4&transport=websocket"));
    expect(await answerTo(Buffer.concat([request, frame]))).toContain("101 Switching");
  });

  it("CVE-2020-36048: reads no more of a body than there may be", async () => {
    const sid = await openSession();
    const response = await fetch(pollingUrl(bridge, `EIO=4&transport=polling&sid=${sid}`), {
      method: "POST",
      body: "4".repeat(bridge.comet.limits.bodyBytes + 1),
    });
    expect(response.status).toBe(413);
    const peer = await joined(openWebSocket);
    peer.send(`42["say","${"x".repeat(bridge.comet.limits.bodyBytes)}"]`);
    await until(() => peer.isClosed);
  });
});

describe.each([
  ["polling", openPolling],
  ["WebSocket", openWebSocket],
])("socket.io-parser over %s", (_name, open) => {
  it.each([
    ["CVE-2026-33151: more attachments than may be waited for", '451000000-["say"]'],
    ["CVE-2026-69185: no attachment, so that the last one never comes", '450-["say"]'],
    ["CVE-2026-69185: less than none", '45-1-["say"]'],
    ["CVE-2026-69185: a part of one", '451.5-["say"]'],
    ["CVE-2023-32695: an event whose name is an object", '42[{"toString":"x"}]'],
    ["CVE-2024-38355 (its first form): a name that is reserved", '42["connect"]'],
  ])("%s: ends the connection", async (_what, packet) => {
    const peer = await joined(open);
    peer.send(packet);
    await until(() => peer.isClosed);
  });

  it("CVE-2022-2421: takes no name of a method for the place of bytes", async () => {
    const peer = await joined(open);
    peer.send('451-["say",{"_placeholder":true,"num":"splice"}]', Buffer.from([1]));
    await until(() => peer.isClosed);
  });

  it("CVE-2024-38355: publishes an event of the name error like any other", async () => {
    const peer = await joined(open);
    peer.send('421["error","x"]');
    const answers = [await next(peer), await next(peer)];
    expect(answers).toContain('431[{"ok":true}]');
  });

  it("gives up data that is nested too deeply, and tells its sender", async () => {
    const peer = await joined(open);
    const deep = "[".repeat(20_000) + "]".repeat(20_000);
    peer.send(`421["say",${deep}]`);
    expect(await next(peer)).toBe('431[{"ok":false,"error":"400:data:field_invalid"}]');
  });

  it("gives up bytes in data that is nested too deeply", async () => {
    const peer = await joined(open);
    const deep = "[".repeat(20_000) + "]".repeat(20_000);
    peer.send(`451-["say",${deep},{"_placeholder":true,"num":0}]`, Buffer.from([1]));
    await until(() => peer.isClosed || peer.got.length > 0);
  });

  it("takes names of inherited properties for nothing else than names", async () => {
    const peer = await joined(open);
    peer.send('421["constructor",{"__proto__":{"polluted":1}}]');
    expect([await next(peer), await next(peer)]).toContain('431[{"ok":true}]');
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    peer.send('422["subscribe","__proto__"]', '423["call","__proto__"]', "42[7]");
    const answers = [await next(peer), await next(peer)].map(String);
    expect(answers.some((answer) => answer.startsWith('432[{"ok":false'))).toBe(true);
  });
});
