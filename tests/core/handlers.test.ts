import type { IMessageHandler } from "@encke/core";
import { describe, expect, it } from "vitest";
import { deliveriesIn } from "../support/talker.ts";
import { World } from "../support/world.ts";

function saying(text: string): IMessageHandler {
  return {
    handleMessage: ({ message: { channel } }) => ({
      replies: [{ channel, successful: false, error: `403::${text}` }],
    }),
  };
}

describe("handlers in the place of core's", () => {
  it("are found by the closest pattern, and what no pattern covers goes the usual way", async () => {
    const world = new World({
      handlers: { "/a/**": saying("all"), "/a/*": saying("some"), "/a/b": saying("one") },
    });
    const talker = await world.subscriber("/a/b", "/c");
    for (const [channel, text] of [
      ["/a/b", "one"],
      ["/a/x", "some"],
      ["/a/x/y", "all"],
    ] as const) {
      expect(await world.reply(talker.publish(channel, 1))).toMatchObject({
        error: `403::${text}`,
      });
    }
    expect(await world.reply(talker.publish("/c", 2))).toMatchObject({ successful: true });
    expect(deliveriesIn(await world.answer(talker.poll()))).toMatchObject([{ data: 2 }]);
  });

  it("may be for service channels by pattern", async () => {
    const world = new World({ handlers: { "/service/x/*": saying("mine") } });
    const talker = await world.connected();
    expect(await world.reply(talker.publish("/service/x/y", 1))).toMatchObject({
      error: "403::mine",
    });
    expect(await world.reply(talker.publish("/service/y", 1))).toMatchObject({ successful: true });
  });

  it("never get a meta channel by a pattern", async () => {
    const world = new World({ handlers: { "/**": saying("all") } });
    const talker = await world.connected();
    expect(await world.reply(talker.subscribe("/a"))).toMatchObject({ successful: true });
    expect(await world.reply(talker.say({ channel: "/meta/unknown" }))).toMatchObject({
      error: expect.stringMatching(/^403:.*channel_denied$/),
    });
  });
});

describe("a processor in the place of core's", () => {
  it("sees each request, and what became of it", async () => {
    const seen: unknown[] = [];
    const world = new World({
      processor: (own) => ({
        async process(messages, context) {
          const processed = await own.process(messages, context);
          seen.push([messages.map(({ channel }) => channel), processed.replies.length]);
          return processed;
        },
      }),
    });
    const talker = await world.client();
    await world.answer(talker.poll());
    expect(seen).toEqual([
      [["/meta/handshake"], 1],
      [["/meta/connect"], 1],
    ]);
  });
});
