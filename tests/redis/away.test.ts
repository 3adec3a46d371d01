import type { Comet } from "@encke/core";
import { describe, expect, it } from "vitest";
import { deliveriesIn, Talker } from "../support/talker.ts";
import { eventually } from "./support/eventually.ts";
import { answerTo, arrive, openComet } from "./support/redis-comet.ts";
import { redisForFile } from "./support/redis-for-file.ts";

const url = await redisForFile();
const TEXT = "x".repeat(1_000);
const COUNT = 400;
/** Bytes: for a part of the messages. */
const ROOM = 100_000;

describe("a client that was away, and comes back to another node", () => {
  it.each([
    ["acknowledges", { ack: true }],
    ["does not acknowledge", {}],
  ])(
    "is told that messages are gone, and gets all that are left, when it %s",
    async (_, ext) => {
      const prefix = `gone-${Object.keys(ext).length}`;
      const [heard, gaps] = await comeBack({ prefix, maxBytes: ROOM }, ext);
      expect(gaps).toHaveLength(1);
      expect(heard.length).toBeLessThan(COUNT);
      expect(heard).toEqual(numbers(COUNT).slice(-heard.length));
    },
    60_000,
  );

  it.each([
    ["acknowledges", { ack: true }],
    ["does not acknowledge", {}],
  ])(
    "gets everything, and is told of nothing, when there was room for it and it %s",
    async (_, ext) => {
      const prefix = `kept-${Object.keys(ext).length}`;
      const [heard, gaps] = await comeBack({ prefix }, ext);
      expect([heard, gaps]).toEqual([numbers(COUNT), []]);
    },
  );
});

/** What a client gets that subscribed on a node which ended, after many messages that nobody kept for it: their numbers, and gaps. */
async function comeBack(
  options: { readonly prefix: string; readonly maxBytes?: number },
  ext: object,
): Promise<readonly [heard: readonly unknown[], gaps: readonly unknown[]]> {
  const before = await openComet({ url, ...options });
  const client = await arrive(before, { ext });
  await answerTo(client.subscribe("/room"));
  await answerTo(client.poll());
  const after = await openComet({ url, ...options });
  // One after the other: what is published at once is kept or forgotten at once.
  for (const number of numbers(COUNT)) await after.publish("/room", { number, TEXT });
  const late = await openComet({ url, ...options });
  return await listen(late, client.clientId);
}

async function listen(
  comet: Comet,
  clientId: string,
): Promise<readonly [heard: readonly unknown[], gaps: readonly unknown[]]> {
  const client = new Talker(comet);
  client.clientId = clientId;
  const heard: unknown[] = [];
  const gaps: unknown[] = [];
  let ack: unknown;
  for (let polls = 0; heard.at(-1) !== COUNT && polls < COUNT; polls++) {
    const { responder } = client.poll(ack === undefined ? {} : { ext: { ack } });
    await eventually(() => {
      responder.flush();
      return responder.received.length > 0;
    });
    expect(responder.received.at(-1)).toMatchObject({ successful: true });
    for (const { data } of deliveriesIn(responder.received)) {
      heard.push((data as { readonly number: number }).number);
    }
    for (const { ext } of responder.received) {
      ack = ext?.ack ?? ack;
      if (ext?.gap !== undefined) gaps.push(ext.gap);
    }
  }
  return [heard, gaps];
}

function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
