import { createServer } from "node:http";
import { attachComet } from "@encke/adapter-node-http";
import { type Comet, createComet, type Limits, type Message } from "@encke/core";
import { MemoryStore } from "@encke/store-memory";
import { describe, expect, it, onTestFinished } from "vitest";
import { post, RawPeer } from "./support/raw-peer.ts";
import { listen, serve } from "./support/serve.ts";
import { until } from "./support/until.ts";

const HANDSHAKE = {
  channel: "/meta/handshake",
  version: "1.0",
  supportedConnectionTypes: ["long-polling", "callback-polling"],
};

function newComet(limits: Partial<Limits> = {}): Comet {
  const comet = createComet({ store: new MemoryStore(), limits, log: () => undefined });
  onTestFinished(() => comet.close({ deadline: 100 }));
  return comet;
}

async function send(
  url: string,
  messages: unknown,
  headers: Record<string, string> = {},
): Promise<{ replies: Message[]; response: Response }> {
  const response = await fetch(url, { method: "POST", body: JSON.stringify(messages), headers });
  return { replies: (await response.json()) as Message[], response };
}

async function handshake(url: string): Promise<{ clientId: string; cookie: string }> {
  const { replies, response } = await send(url, HANDSHAKE);
  const cookie = response.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
  return { clientId: replies[0]!.clientId!, cookie };
}

function connectOf(clientId: string): object {
  return { channel: "/meta/connect", clientId, connectionType: "long-polling" };
}

/** A client that has been through its first connect, which is answered at once. */
async function connected(url: string, channel: string): Promise<string> {
  const { clientId } = await handshake(url);
  await send(url, { channel: "/meta/subscribe", clientId, subscription: channel });
  await send(url, connectOf(clientId));
  return clientId;
}

async function untilHeld(comet: Comet): Promise<void> {
  await until(() => comet.stats().held === 1);
}

describe("a walk over long polling", () => {
  it("B4 B5 answers every message of a batch, in order", async () => {
    const { url } = await serve(newComet());
    const { clientId } = await handshake(url);
    const { replies } = await send(url, [
      { channel: "/meta/subscribe", clientId, subscription: "/a", id: "1" },
      { channel: "/a", clientId, data: 1, id: "2" },
      { channel: "/meta/unsubscribe", clientId, subscription: "/a", id: "3" },
    ]);
    const ids = replies.filter(({ successful }) => successful).map(({ id }) => id);
    expect(ids).toEqual(["1", "2", "3"]);
  });

  it("holds a connect and answers it with what is published", async () => {
    const comet = newComet();
    const { url } = await serve(comet);
    const clientId = await connected(url, "/news");
    const answer = send(url, connectOf(clientId));
    await untilHeld(comet);
    await comet.publish("/news", { hello: "wörld" });
    expect((await answer).replies).toEqual([
      expect.objectContaining({ channel: "/news", data: { hello: "wörld" } }),
      expect.objectContaining({ channel: "/meta/connect", successful: true }),
    ]);
  });

  it("H1 H11 keeps what is published after the peer of a held connect has gone", async () => {
    const comet = newComet();
    const { url, port } = await serve(comet);
    const clientId = await connected(url, "/news");
    const peer = await RawPeer.connect(port);
    await peer.write(post(JSON.stringify(connectOf(clientId))));
    await untilHeld(comet);
    peer.socket.destroy();
    await until(() => comet.stats().held === 0);
    await comet.publish("/news", 1);
    const { replies } = await send(url, connectOf(clientId));
    expect(replies[0]).toMatchObject({ channel: "/news", data: 1 });
  });

  it("H11 puts back what a peer has not taken before it went away", async () => {
    const comet = newComet({ mailboxBytes: 50_000_000 });
    const { url, port } = await serve(comet);
    const clientId = await connected(url, "/news");
    const peer = await RawPeer.connect(port);
    peer.socket.pause();
    await peer.write(post(JSON.stringify(connectOf(clientId))));
    await untilHeld(comet);
    const large = "x".repeat(20_000_000);
    await comet.publish("/news", large);
    await until(() => comet.stats().held === 0);
    peer.socket.destroy();
    const { replies } = await send(url, connectOf(clientId));
    expect(replies[0]?.channel).toBe("/news");
    expect(replies[0]?.data === large).toBe(true);
  });

  it("H11 sends what was stuck on the way before what is newer, when the peer asks again elsewhere", async () => {
    const comet = newComet({ mailboxBytes: 50_000_000 });
    const { url, port } = await serve(comet);
    const clientId = await connected(url, "/news");
    const peer = await RawPeer.connect(port);
    peer.socket.pause();
    await peer.write(post(JSON.stringify(connectOf(clientId))));
    await untilHeld(comet);
    await comet.publish("/news", "x".repeat(20_000_000));
    await until(() => comet.stats().held === 0);
    await comet.publish("/news", "newer");
    const { replies } = await send(url, connectOf(clientId));
    expect(replies.map(({ data }) => String(data).length)).toEqual([20_000_000, 5, 9]);
  });

  it("S6 answers a stolen client id from another browser with 402", async () => {
    const { url } = await serve(newComet());
    const { clientId, cookie } = await handshake(url);
    expect(cookie).toMatch(/^BAYEUX_BROWSER=/);
    const own = await send(url, { channel: "/a", clientId, data: 1 }, { Cookie: cookie });
    expect(own.replies[0]).toMatchObject({ successful: true });
    const other = await handshake(url);
    for (const headers of [{ Cookie: other.cookie }, {}] as Record<string, string>[]) {
      const { replies } = await send(url, { channel: "/a", clientId, data: 1 }, headers);
      expect(replies[0]).toMatchObject({
        successful: false,
        error: expect.stringMatching(/^402:/),
      });
    }
  });

  it("sets the cookie once, and none when it is turned off", async () => {
    const comet = newComet();
    const { url } = await serve(comet);
    const { cookie } = await handshake(url);
    expect(
      (await send(url, HANDSHAKE, { Cookie: cookie })).response.headers.getSetCookie(),
    ).toEqual([]);
    const off = await serve(comet, { cookie: false });
    expect((await send(off.url, HANDSHAKE)).response.headers.getSetCookie()).toEqual([]);
  });

  it("B70 S19 answers held connects when it closes, and lets the server close at once", async () => {
    const comet = newComet();
    const server = createServer();
    attachComet(server, comet);
    const url = `http://127.0.0.1:${await listen(server)}/comet`;
    const clientId = await connected(url, "/news");
    const answer = send(url, connectOf(clientId));
    await untilHeld(comet);
    await comet.close({ deadline: 1_000 });
    const { replies, response } = await answer;
    expect(response.status).toBe(200);
    expect(response.headers.get("connection")).toBe("close");
    expect(replies[0]).toMatchObject({
      channel: "/meta/connect",
      advice: { reconnect: expect.stringMatching(/retry|handshake|none/) },
    });
    await new Promise((resolve) => server.close(resolve));
  });
});

describe("a walk over callback polling", () => {
  it("S12 does nothing for a script that does not know the secret id of a client", async () => {
    const comet = newComet();
    const { url } = await serve(comet, { callbackPolling: true });
    const published: string[] = [];
    comet.on("published", ({ channel }) => {
      published.push(channel);
    });
    for (const message of [
      { channel: "/a", data: 1 },
      { channel: "/meta/subscribe", subscription: "/a" },
      { channel: "/a", data: 1, clientId: "guessed" },
    ]) {
      const response = await byScript(url, message);
      expect(await response.text()).toMatch(/"successful":false/);
    }
    expect(published).toEqual([]);
  });

  it("B15 delivers to a connect that was made by a script", async () => {
    const comet = newComet();
    const { url } = await serve(comet, { callbackPolling: true });
    const clientId = await connected(url, "/news");
    const response = byScript(url, {
      ...connectOf(clientId),
      connectionType: "callback-polling",
    });
    await untilHeld(comet);
    await comet.publish("/news", 1);
    expect(await (await response).text()).toMatch(/^\/\*\*\/jsonpcallback\(\[\{.*"data":1/);
  });

  it("B15 answers a held connect when another script asks, since pages may run them in order", async () => {
    const comet = newComet();
    const { url } = await serve(comet, { callbackPolling: true });
    const clientId = await connected(url, "/news");
    const held = byScript(url, { ...connectOf(clientId), connectionType: "callback-polling" });
    await untilHeld(comet);
    const receipt = await byScript(url, { channel: "/a", data: 1, clientId, id: "7" });
    expect(await receipt.text()).toMatch(/"id":"7"/);
    expect(await (await held).text()).toMatch(/"channel":"\/meta\/connect".*"successful":true/);
  });
});

function byScript(url: string, message: object): Promise<Response> {
  const query = `message=${encodeURIComponent(JSON.stringify(message))}`;
  return fetch(`${url}?${query}`, { headers: { "Sec-Fetch-Site": "same-origin" } });
}
