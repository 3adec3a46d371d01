import type { OverflowPolicy } from "@encke/core";
import { describe, expect, it } from "vitest";
import { until } from "../../http/support/until.ts";
import { World } from "../../support/world.ts";
import { TRANSPORTS } from "../support/transports.ts";
import { Wire } from "../support/wire.ts";

/** So many messages fit, whichever of the two limits they reach. */
const ROOM = 3;
const BYTES = JSON.stringify({ channel: "/room", data: 1 }).length;
const WAYS = [
  { of: "messages", limits: { mailboxMessages: ROOM } },
  { of: "bytes", limits: { mailboxBytes: ROOM * BYTES + 1 } },
];

const CASES = TRANSPORTS.flatMap((transport) =>
  WAYS.map((way) => ({ name: transport.name, transport, ...way })),
);

describe.each(CASES)("too many $of for a client over $name", ({ transport, limits }) => {
  /** Publishes five messages to a client with room for three, and tells what was announced. */
  async function overflow(policy: OverflowPolicy) {
    const wire = await Wire.open(transport, { limits, overflow: policy });
    const events: unknown[] = [];
    wire.comet.on("overflow", ({ client, channel, dropped }) =>
      events.push([client.id, channel, dropped]),
    );
    wire.comet.on("disconnected", ({ reason }) => events.push(reason));
    const other = await wire.subscriber("/room");
    const page = await wire.subscriber("/room");
    for (let at = 1; at <= 5; at++) {
      await wire.comet.publish("/room", at);
      await other.receive(at);
    }
    return { wire, page, other, events, id: page.clientId };
  }

  it("S3 are dropped from the front, and each is counted and announced", async () => {
    const { wire, page, other, events, id } = await overflow("drop-oldest");
    expect(await page.receive(3)).toEqual([3, 4, 5]);
    expect(events).toEqual(Array(2).fill([id, "/room", 1]));
    expect(wire.comet.stats().dropped).toBe(2);
    expect(other.received).toEqual([1, 2, 3, 4, 5]);
  });

  it("S3 are dropped as they come, where that is wanted", async () => {
    const { wire, page, other, events, id } = await overflow("drop-newest");
    expect(await page.receive(3)).toEqual([1, 2, 3]);
    expect(events).toEqual(Array(2).fill([id, "/room", 1]));
    expect(wire.comet.stats().dropped).toBe(2);
    expect(other.received).toEqual([1, 2, 3, 4, 5]);
  });

  it("S3 end the client, where that is wanted", async () => {
    const { wire, page, other, events, id } = await overflow("disconnect");
    expect(events).toEqual([[id, "/room", 1], "overflow"]);
    expect(wire.onServer(page)).toBeUndefined();
    if (transport.connectionType === "websocket") await until(() => page.isClosed);
    else expect((await page.connect()).advice?.reconnect).toBe("handshake");
    expect(other.received).toEqual([1, 2, 3, 4, 5]);
  });
});

describe("answers that a peer does not read", () => {
  it.each<OverflowPolicy>(["drop-oldest", "drop-newest"])(
    "S3 do not make a mailbox grow when they come back (%s)",
    async (overflow) => {
      const world = new World({ overflow, limits: { mailboxMessages: ROOM } });
      const talker = await world.subscriber("/room");
      let at = 0;
      for (let round = 0; round < 4; round++) {
        for (let count = 0; count < ROOM; count++) await world.comet.publish("/room", ++at);
        // Answered at once with all that waits, which never leaves: the next connect takes it back.
        talker.poll({ advice: { timeout: 0 } });
        await world.settle();
      }
      const { responder } = talker.poll({ advice: { timeout: 0 } });
      await world.settle();
      responder.flush();
      const data = responder.received.flatMap((message) => (message.data as number) ?? []);
      expect(data).toEqual(overflow === "drop-oldest" ? [10, 11, 12] : [1, 2, 3]);
      expect(world.comet.stats().dropped).toBe(at - ROOM);
      await world.close();
    },
  );

  it.each([undefined, 0])(
    "S3 end a client whose messages are too many when they come back (timeout %j)",
    async (timeout) => {
      const world = new World({ overflow: "disconnect", limits: { mailboxMessages: ROOM } });
      const talker = await world.subscriber("/room");
      for (let at = 0; at < ROOM; at++) await world.comet.publish("/room", at);
      talker.poll();
      await world.settle();
      await world.comet.publish("/room", ROOM);
      const next = talker.poll({ advice: { timeout } });
      await world.settle();
      expect(world.comet.client(talker.clientId)).toBeUndefined();
      expect(next.responder.hasEnded).toBe(true);
      expect(world.comet.stats()).toMatchObject({ held: 0, dropped: 1 });
      const again = await world.reply(talker.poll());
      expect(again.advice?.reconnect).toBe("handshake");
      await world.close();
    },
  );
});
