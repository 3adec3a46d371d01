import type { Socket } from "node:net";
import type { ServedComet } from "@encke/adapter-node-http";
import { Batch } from "@encke/core";
import { describe, expect, it } from "vitest";
import { until } from "../http/support/until.ts";
import { delegate } from "../store/delegate.ts";
import { BrowserSocket } from "./support/browser-socket.ts";
import { quietComet, serveSockets } from "./support/serve-sockets.ts";

const CHANNEL = "/room";
/** Only the one that does not read is subscribed to it. */
const FLOOD = "/flood";
const LIVE = 100;
const ROUNDS = 20;
const TEXT = "x".repeat(32 * 1_024);
const HIGH_WATER = 65_536;
const MAX_IN_FLIGHT = 64;

/** Never more than this waits in a socket: the mark, and the messages of one turn on top. */
const BOUND = HIGH_WATER + 4 * TEXT.length;

describe("a peer that does not read", () => {
  it("S3: costs a bounded buffer and does not keep messages from a hundred others", async () => {
    const comet = quietComet({ limits: { mailboxBytes: 10 * TEXT.length } });
    const { url, ends } = await serveSockets(comet, { highWaterMark: HIGH_WATER });
    const stalled = await holding(url, CHANNEL, FLOOD);
    const live = await Promise.all(Array.from({ length: LIVE }, () => holding(url, CHANNEL)));
    await until(() => comet.stats().held === LIVE + 1);
    stalled.webSocket.pause();
    let most = 0;
    const publish = async (channel: string, data: unknown) => {
      await comet.publish(channel, data);
      await new Promise(setImmediate);
      most = Math.max(most, (ends[0] as Socket).writableLength);
    };
    while (comet.stats().dropped === 0) await publish(FLOOD, TEXT);
    for (let round = 0; round < ROUNDS; round++) await publish(CHANNEL, round);
    await until(() => live.every(({ deliveries }) => deliveries.length === ROUNDS));
    expect(most).toBeGreaterThan(HIGH_WATER);
    expect(most).toBeLessThan(BOUND);
    expect(comet.client(stalled.clientId)?.isAlive).toBe(true);
    expect(live.filter(({ isClosed }) => isClosed)).toEqual([]);
  });

  it("S3: is sent the rest when it reads again", async () => {
    const comet = quietComet();
    const { url } = await serveSockets(comet);
    const stalled = await holding(url, CHANNEL);
    await until(() => comet.stats().held === 1);
    stalled.webSocket.pause();
    let sent = 0;
    while ((comet.client(stalled.clientId)?.waiting ?? 0) === 0) {
      await comet.publish(CHANNEL, `${sent++} ${TEXT}`);
      await new Promise(setImmediate);
    }
    stalled.webSocket.resume();
    await until(() => stalled.deliveries.length === sent);
    const order = stalled.deliveries.map((data) => Number.parseInt(String(data), 10));
    expect(order).toEqual(Array.from({ length: sent }, (_, at) => at));
  });

  it("is not read from while its answers pile up, and is answered everything in the end", async () => {
    const comet = quietComet();
    const { url, ends } = await serveSockets(comet);
    const socket = await BrowserSocket.connected(url);
    const [end] = ends as readonly [Socket];
    const { clientId, messages } = socket;
    const start = messages.length;
    socket.webSocket.pause();
    let sent = 0;
    while (!end.isPaused()) {
      const request = Array.from({ length: 100 }, () => ({
        channel: CHANNEL,
        id: `${sent++}`.padStart(64, "0"),
        clientId,
        data: 0,
      }));
      socket.send(JSON.stringify(request));
      await new Promise(setImmediate);
    }
    expect(end.writableLength).toBeLessThan(2 * HIGH_WATER);
    socket.webSocket.resume();
    await until(() => messages.length === start + sent);
    expect(new Set(messages.slice(start).map(({ id }) => id)).size).toBe(sent);
  });

  it("is broken off when it takes nothing for a whole round of pings", async () => {
    const comet = quietComet();
    const { url, ends } = await serveSockets(comet, { pingInterval: 200 });
    const stalled = await holding(url, CHANNEL);
    await until(() => comet.stats().held === 1);
    stalled.webSocket.pause();
    while ((comet.client(stalled.clientId)?.waiting ?? 0) === 0) {
      await comet.publish(CHANNEL, TEXT);
      await new Promise(setImmediate);
    }
    await until(() => ends[0]?.destroyed === true);
    await until(() => comet.stats().held === 0);
    expect(comet.client(stalled.clientId)?.isAlive).toBe(true);
  });
});

describe("a peer that asks faster than it is answered", () => {
  it("has so many requests processed at a time and no more, and all of them in the end", async () => {
    const { comet, waiting } = slowComet();
    const { url } = await serveSockets(comet);
    const socket = await BrowserSocket.open(url);
    const count = 3 * MAX_IN_FLIGHT;
    for (let at = 0; at < count; at++) socket.say(CHANNEL);
    await until(() => waiting.length === MAX_IN_FLIGHT);
    while (socket.messages.length < count) {
      expect(waiting.length).toBeLessThanOrEqual(MAX_IN_FLIGHT);
      waiting.shift()?.();
      await new Promise(setImmediate);
    }
    expect(socket.messages.map(({ id }) => Number(id))).toEqual(
      Array.from({ length: count }, (_, at) => at + 1),
    );
  });
});

describe("a peer that is not read from", () => {
  it("is known to be gone as soon as it is", async () => {
    const { comet, waiting } = slowComet();
    const { url, ends } = await serveSockets(comet);
    const socket = await BrowserSocket.open(url);
    for (let at = 0; at < 2 * MAX_IN_FLIGHT; at++) socket.say(CHANNEL);
    await until(() => ends[0]?.isPaused() === true);
    (Reflect.get(socket.webSocket, "_socket") as Socket).resetAndDestroy();
    await until(() => ends[0]?.destroyed === true);
    expect(waiting).toHaveLength(MAX_IN_FLIGHT);
  });
});

/** A connected client whose connect is going to be held. */
async function holding(url: string, ...channels: readonly string[]): Promise<BrowserSocket> {
  const socket = await BrowserSocket.connected(url, ...channels);
  socket.hold();
  return socket;
}

/** Answers nothing before it is told to, one request at a time. */
function slowComet(): { comet: ServedComet; waiting: (() => void)[] } {
  const waiting: (() => void)[] = [];
  const comet = delegate(quietComet(), {
    bus: {
      async handleMessages(messages, result) {
        await new Promise<void>((resolve) => waiting.push(resolve));
        const replies = messages.map((message) => ({ json: JSON.stringify(message) }));
        result.completeRequestWithMessages(new Batch(replies));
      },
      openStream: () => Promise.resolve(undefined),
    },
  });
  return { comet, waiting };
}
