import type { Socket } from "node:net";
import type { Comet } from "@encke/core";
import { describe, expect, it } from "vitest";
import { until } from "../http/support/until.ts";
import { serveStreams } from "./support/serve-streams.ts";
import { StreamClient } from "./support/stream-client.ts";
import type { StreamReader } from "./support/stream-reader.ts";

const CHANNEL = "/room";
/** Only the one that does not read is subscribed to it. */
const FLOOD = "/flood";
const LIVE = 100;
const ROUNDS = 20;
const TEXT = "x".repeat(32 * 1_024);
const HIGH_WATER = 65_536;
/** How fast a slow reader reads: a small part of what waits for it, as long as it does so. */
const BYTES_PER_MS = 3_000;

/** Never more than this waits in a stream: the mark, and the messages of one turn on top. */
const BOUND = HIGH_WATER + 4 * TEXT.length;

interface Stalled {
  readonly client: StreamClient;
  readonly stream: StreamReader;
  /** The server's end of its connection. */
  readonly end: Socket;
}

/** The two kinds of streams, and what one of them has brought. */
const KINDS: readonly {
  readonly name: string;
  open(client: StreamClient): Promise<StreamReader>;
  dataIn(stream: StreamReader): readonly unknown[];
}[] = [
  {
    name: "lines",
    open: (client) => client.lines(),
    dataIn: ({ received }) => received,
  },
  {
    name: "events",
    open: (client) => client.events(),
    dataIn: ({ toldData }) => toldData,
  },
];

/** A stream of which nothing is read. */
async function stalledStream(
  open: (client: StreamClient) => Promise<StreamReader>,
  { url, ends }: { readonly url: string; readonly ends: readonly Socket[] },
  ...channels: readonly string[]
): Promise<Stalled> {
  const client = await StreamClient.connected(url, ...channels);
  const stream = await open(client);
  stream.pause();
  return { client, stream, end: ends.at(-1) as Socket };
}

async function publish(comet: Comet, channel: string, data: unknown): Promise<void> {
  await comet.publish(channel, data);
  await new Promise(setImmediate);
}

async function publishUntilHeldBack(comet: Comet, { client }: Stalled): Promise<number> {
  let sent = 0;
  while ((comet.client(client.id)?.waiting ?? 0) === 0) {
    await publish(comet, CHANNEL, `${sent++} ${TEXT}`);
  }
  return sent;
}

describe.each(KINDS)("a stream of $name that is not read", ({ open, dataIn }) => {
  it("S3: costs a bounded buffer and does not keep messages from a hundred others", async () => {
    const served = await serveStreams(
      { highWaterMark: HIGH_WATER },
      { limits: { mailboxBytes: 10 * TEXT.length } },
    );
    const { comet } = served;
    const stalled = await stalledStream(open, served, FLOOD, CHANNEL);
    const live = await Promise.all(
      Array.from({ length: LIVE }, async () => {
        const client = await StreamClient.connected(served.url, CHANNEL);
        return await open(client);
      }),
    );
    let most = 0;
    while (comet.stats().dropped === 0) {
      await publish(comet, FLOOD, TEXT);
      most = Math.max(most, stalled.end.writableLength);
    }
    for (let round = 0; round < ROUNDS; round++) await publish(comet, CHANNEL, round);
    await until(() => live.every((stream) => dataIn(stream).length === ROUNDS));
    expect(most).toBeGreaterThan(HIGH_WATER);
    expect(most).toBeLessThan(BOUND);
    expect(comet.client(stalled.client.id)?.isAlive).toBe(true);
    expect(live.filter(({ isClosed }) => isClosed)).toEqual([]);
  });

  it("S3: is sent the rest when it is read again", async () => {
    const served = await serveStreams();
    const stalled = await stalledStream(open, served, CHANNEL);
    const sent = await publishUntilHeldBack(served.comet, stalled);
    stalled.stream.resume();
    await until(() => dataIn(stalled.stream).length === sent);
    const order = dataIn(stalled.stream).map((data) => Number.parseInt(String(data), 10));
    expect(order).toEqual(Array.from({ length: sent }, (_, at) => at));
  });

  it("is broken off when its reader takes nothing for too long, and the client may come back", async () => {
    const served = await serveStreams({ writeTimeout: 200 });
    const stalled = await stalledStream(open, served, CHANNEL);
    await publishUntilHeldBack(served.comet, stalled);
    await until(() => stalled.end.destroyed);
    await until(() => served.comet.client(stalled.client.id)?.isHeld === false);
    const next = await open(stalled.client);
    await until(() => dataIn(next).length > 0);
  });

  it("is not broken off while its reader takes anything, however slowly", async () => {
    const writeTimeout = 1_000;
    const served = await serveStreams({
      writeTimeout,
      highWaterMark: 8_000_000,
      maxBufferedBytes: 16_000_000,
    });
    const stalled = await stalledStream(open, served, CHANNEL);
    const sent = await publishUntilHeldBack(served.comet, stalled);
    const begun = performance.now();
    await until(() => {
      const passed = performance.now() - begun;
      stalled.stream.takeUpTo(passed * BYTES_PER_MS);
      return passed > 2.2 * writeTimeout;
    });
    expect(stalled.end.destroyed).toBe(false);
    expect(served.comet.client(stalled.client.id)?.waiting).toBeGreaterThan(0);
    stalled.stream.resume();
    await until(() => dataIn(stalled.stream).length === sent);
  });

  it("is broken off when it is to be sent more than may wait", async () => {
    const served = await serveStreams({ highWaterMark: 1e9, maxBufferedBytes: 1_000_000 });
    const stalled = await stalledStream(open, served, CHANNEL);
    await until(() => {
      void served.comet.publish(CHANNEL, TEXT);
      return stalled.end.destroyed;
    });
    await until(() => served.comet.client(stalled.client.id)?.isHeld === false);
  });

  it("is broken off when it has ended and its reader does not take the rest", async () => {
    const limits = { highWaterMark: 1e9, maxBufferedBytes: 2e9 };
    const served = await serveStreams({ ...limits, writeTimeout: 200 });
    const stalled = await stalledStream(open, served, CHANNEL);
    while (stalled.end.writableLength < 1_000_000) await publish(served.comet, CHANNEL, TEXT);
    await served.comet.disconnect(stalled.client.id);
    await until(() => stalled.end.destroyed);
  });

  it("is not sent signs of life on top of what waits", async () => {
    const served = await serveStreams({ heartbeatInterval: 5 });
    const stalled = await stalledStream(open, served, CHANNEL);
    await publishUntilHeldBack(served.comet, stalled);
    const before = stalled.end.writableLength;
    const begun = performance.now();
    await until(() => performance.now() > begun + 100);
    expect(stalled.end.writableLength).toBe(before);
  });
});
