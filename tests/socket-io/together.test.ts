import { createRequire } from "node:module";
import { binary } from "@encke/extensions";
import { CometD } from "cometd";
import { adapt } from "cometd-nodejs-client";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { launchChromium } from "../browser/chromium.ts";
import { Bridge, connection, until } from "./support.ts";

const require = createRequire(import.meta.url);
const CHANNEL = "/room/talk";
const EACH = 20;
const TRANSPORTS: Readonly<Record<string, readonly string[]>> = {
  polling: ["polling"],
  websocket: ["websocket"],
  upgrade: ["polling", "websocket"],
};

/** Somebody on the channel, of whatever make. */
interface Peer {
  readonly name: string;
  say(text: string): unknown;
  /** All that it has heard, in order. */
  heard(): readonly string[] | Promise<readonly string[]>;
  /** Breaks its connection off, where it is to come back by itself. */
  breakOff?(): unknown;
  leave(): unknown;
}

let bridge: Bridge;
let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

beforeEach(async () => {
  bridge = await Bridge.open({ namespaces: { "/room": { subscribe: ["talk"] } } });
  bridge.comet.use(binary());
  bridge.server.on("request", (_request, response) => {
    response.setHeader("Content-Type", "text/html").end("<!doctype html><title>Talk</title>");
  });
});
afterEach(() => bridge.close());

async function openSocketIo(name: string): Promise<Peer> {
  const socket = await bridge.connected("/room", { transports: [...(TRANSPORTS[name] ?? [])] });
  const heard: string[] = [];
  socket.on("talk", (text: string) => heard.push(text));
  return {
    name: `socket.io over ${name}`,
    say: (text) => socket.emitWithAck("talk", text),
    heard: () => heard,
    breakOff: () => {
      const isBack = connection(socket);
      socket.io.engine.close();
      return isBack;
    },
    leave: () => socket.disconnect(),
  };
}

async function openInChromium(name: string): Promise<Peer> {
  const page: Page = await (await browser.newContext()).newPage();
  await page.goto(`${bridge.url}/`);
  await page.addScriptTag({ path: require.resolve("socket.io-client/dist/socket.io.js") });
  await page.evaluate(`
    window.heard = [];
    window.socket = io("/room", { transports: ${JSON.stringify(TRANSPORTS[name])}, reconnectionDelay: 10 });
    socket.on("talk", (text) => heard.push(text));
    new Promise((resolve) => socket.once("connect", resolve));
  `);
  return {
    name: `socket.io in Chromium over ${name}`,
    say: (text) => page.evaluate(`socket.emitWithAck("talk", ${JSON.stringify(text)})`),
    heard: () => page.evaluate("heard"),
    breakOff: () =>
      page.evaluate(`
        new Promise((resolve) => { socket.once("connect", resolve); socket.io.engine.close(); })
      `),
    leave: () => page.context().close(),
  };
}

async function openFaye(): Promise<Peer> {
  const faye = require("faye") as {
    Client: new (
      url: string,
    ) => {
      subscribe(channel: string, listener: (data: string) => void): PromiseLike<void>;
      publish(channel: string, data: unknown): PromiseLike<void>;
      disconnect(): unknown;
    };
  };
  const client = new faye.Client(`${bridge.url}/comet`);
  const heard: string[] = [];
  await client.subscribe(CHANNEL, (text) => heard.push(text));
  return {
    name: "faye",
    say: (text) => client.publish(CHANNEL, text),
    heard: () => heard,
    leave: () => client.disconnect(),
  };
}

async function openCometd(): Promise<Peer> {
  adapt();
  const client = new CometD();
  client.configure({ url: `${bridge.url}/comet`, logLevel: "warn" });
  const heard: string[] = [];
  await new Promise((resolve) => client.handshake(resolve));
  const listener = ({ data }: { data?: unknown }) => heard.push(String(data));
  await new Promise((resolve) => client.subscribe(CHANNEL, listener, resolve));
  return {
    name: "cometd",
    say: (text) => new Promise((resolve) => client.publish(CHANNEL, text, resolve)),
    heard: () => heard,
    leave: () => new Promise((resolve) => client.disconnect(resolve)),
  };
}

/** What the peer has said of it, in the order in which somebody heard it. */
function partOf(heard: readonly string[], peer: string): readonly string[] {
  return heard.filter((text) => text.startsWith(`${peer}:`));
}

it("clients of all makers hear each other once and in order, also through broken connections", async () => {
  const names = Object.keys(TRANSPORTS);
  const peers = await Promise.all([
    ...names.map(openSocketIo),
    ...names.map(openInChromium),
    openFaye(),
    openCometd(),
  ]);
  for (let n = 0; n < EACH; n++) {
    await Promise.all(peers.map((peer) => peer.say(`${peer.name}:${n}`)));
    const broken = peers.filter(({ breakOff }) => breakOff)[n % 6];
    if (n % 3 === 0) await broken?.breakOff?.();
  }
  for (const peer of peers) {
    await expect
      .poll(async () => (await peer.heard()).length, { timeout: 20_000 })
      .toBe(peers.length * EACH);
    for (const speaker of peers) {
      const expected = Array.from({ length: EACH }, (_, n) => `${speaker.name}:${n}`);
      expect(partOf(await peer.heard(), speaker.name), peer.name).toEqual(expected);
    }
  }
  await Promise.all(peers.map((peer) => peer.leave()));
}, 90_000);

it("brings bytes from a Socket.IO client to a Bayeux client with the binary extension's form", async () => {
  const cometd = new CometD();
  adapt();
  cometd.configure({ url: `${bridge.url}/comet`, logLevel: "warn" });
  await new Promise((resolve) => cometd.handshake(resolve));
  const heard: unknown[] = [];
  await new Promise((resolve) =>
    cometd.subscribe(CHANNEL, ({ data, ext }) => heard.push({ data, ext }), resolve),
  );
  const socket = await bridge.connected("/room");
  await socket.emitWithAck("talk", Buffer.from([0x86, 0x4f, 0xd2, 0x6f]));
  await until(() => heard.length === 1);
  expect(heard).toEqual([{ data: { data: "Hello", last: true }, ext: { binary: {} } }]);
  await new Promise((resolve) => cometd.disconnect(resolve));
});
