import { describe, expect, it } from "vitest";
import { deliveriesIn } from "../support/talker.ts";
import { STORE_KINDS, World } from "../support/world.ts";

const KEPT = 20;
const ROOM = 5;

describe.each(STORE_KINDS)(
  "a history that one acknowledging client asks for, over $name",
  (kind) => {
    it("S3 takes no more of the log than the client has room for, however often it asks", async () => {
      const world = new World({ kind, limits: { mailboxMessages: ROOM } });
      const dropped: number[] = [];
      world.comet.on("overflow", (event) => dropped.push(event.dropped));
      world.comet.channel("/kept", { history: {} });
      world.comet.on("handshaking", (event) => {
        event.acknowledges = true;
      });
      world.comet.on("subscribing", (event) => {
        event.replay = { since: -2 };
      });
      const talker = await world.connected();
      for (let index = 1; index <= KEPT; index++) void world.comet.publish("/kept", index);
      await world.settle();
      const before = await world.store.log.head(0);
      for (let time = 0; time < 10; time++) {
        await world.reply(talker.subscribe("/kept"));
        await world.reply(talker.unsubscribe("/kept"));
      }
      expect(await world.store.log.head(0)).toBe(before + ROOM);
      expect(dropped[0]).toBe(KEPT - ROOM);
      const got = await world.answer(talker.poll({ advice: { timeout: 0 } }));
      expect(deliveriesIn(got).map(({ data }) => data)).toEqual([16, 17, 18, 19, 20]);
    });
  },
);
