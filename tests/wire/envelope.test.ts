import { describe, expect, it } from "vitest";
import { until } from "../http/support/until.ts";
import type { Said } from "../support/talker.ts";
import { LONG_POLLING, TRANSPORTS } from "./support/transports.ts";
import { Wire } from "./support/wire.ts";

describe.each(TRANSPORTS)("a request over $name", (transport) => {
  it("B2 B3 may be a single message, and is answered by an array", async () => {
    const wire = await Wire.open(transport);
    const page = await wire.connected();
    const before = page.answers.length;
    page.send(JSON.stringify({ channel: "/room", id: "1", data: 1, clientId: page.clientId }));
    await until(() => page.answers.length > before);
    expect(page.answers.at(-1)).toEqual([{ channel: "/room", id: "1", successful: true }]);
  });

  it("B4 B5 has every message of it answered, once and in order, whatever the message is", async () => {
    const wire = await Wire.open(transport, {
      // Not in the order in which they were asked.
      policies: { publish: ({ channel }) => (channel === "/slow" ? slowly() : true) },
    });
    const page = await wire.connected();
    const { clientId } = page;
    const messages: Said[] = [
      { channel: "/slow", data: 1 },
      { channel: "/room", data: 1 },
      {},
      { channel: 7 },
      { channel: null, id: "named" },
      { channel: "" },
      { channel: "/room" },
      { channel: "/room", data: 1, ext: 7 },
      { channel: "/meta/nonsense" },
      { channel: "/meta/subscribe", subscription: "/room" },
      { channel: "/meta/connect", connectionType: transport.connectionType },
      { channel: "/service/x", data: 1 },
      { channel: "/slow", data: 2 },
      { channel: "/meta/disconnect" },
      { channel: "/room", data: "too late" },
    ];
    const before = page.messages.length;
    page.send(JSON.stringify(messages.map((message, id) => ({ clientId, id, ...message }))));
    await until(() => page.messages.length >= before + messages.length);
    const replies = page.messages.slice(before);
    expect(replies.map(({ id }) => id)).toEqual(messages.map(({ id }, at) => id ?? at));
    expect(replies.every(({ successful }) => successful !== undefined)).toBe(true);
    expect(page.refusals).toEqual([]);
  });

  it("B6 that is no list of messages changes nothing, not even for the good messages in it", async () => {
    const wire = await Wire.open(transport);
    const page = await wire.connected();
    const publish = JSON.stringify({ channel: "/room", data: 1, clientId: page.clientId });
    page.send(`[${publish},null]`);
    await until(() => page.refusals.length > 0);
    expect(wire.comet.stats().published).toBe(0);
    expect(wire.onServer(page)?.isAlive).toBe(true);
  });
});

describe("a request over long polling", () => {
  it.each(["", "/", "/handshake", "/connect", "/disconnect", "/a/b/c", "?a=b", "/connect?a"])(
    "B11 is served at the path and %j",
    async (below) => {
      const wire = await Wire.open(LONG_POLLING);
      const response = await post(wire.url + below, HANDSHAKE);
      expect(await response.json()).toMatchObject([{ successful: true }]);
      expect(wire.comet.stats().clients).toBe(1);
    },
  );

  it("B14 is answered with something that no cache keeps, whatever the answer", async () => {
    const wire = await Wire.open(LONG_POLLING);
    const answers = [
      await post(wire.url, HANDSHAKE),
      await post(wire.url, "{"),
      await post(wire.url, "[]"),
      await post(wire.url, `"${"x".repeat(70_000)}"`),
      await fetch(wire.url),
      await fetch(wire.url, { method: "OPTIONS" }),
      await fetch(wire.url, { method: "POST", headers: { origin: "https://elsewhere.example" } }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 400, 400, 413, 405, 204, 403]);
    for (const { headers } of answers) expect(headers.get("cache-control")).toBe("no-store");
  });
});

const HANDSHAKE = JSON.stringify([
  { channel: "/meta/handshake", version: "1.0", supportedConnectionTypes: ["long-polling"] },
]);

function post(url: string, body: string): Promise<Response> {
  return fetch(url, { method: "POST", body });
}

async function slowly(): Promise<boolean> {
  await new Promise((resolve) => setImmediate(resolve));
  return true;
}
