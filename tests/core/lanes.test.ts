import { describe, expect, it } from "vitest";
import { deliveriesIn } from "../support/talker.ts";
import { LATER, STORE_KINDS, World } from "../support/world.ts";

/** A decision that the test makes when it wants to. */
function openQuestion(): { readonly asked: Promise<boolean>; decide(verdict: boolean): void } {
  let decide: (verdict: boolean) => void = () => {};
  const asked = new Promise<boolean>((resolve) => {
    decide = resolve;
  });
  return { asked, decide };
}

/** A world where nobody knows yet whether one may publish to the channel `/slow`. */
function slowWorld(kind = STORE_KINDS[0], limits = {}) {
  const { asked, decide } = openQuestion();
  const policies = {
    publish: ({ channel }: { channel: string }) => (channel === "/slow" ? asked : true),
  };
  const world = new World({ ...(kind && { kind }), policies, limits });
  const published: unknown[] = [];
  world.comet.on("published", ({ data }) => published.push(data));
  return { world, decide, published };
}

describe.each(STORE_KINDS)("the requests of one client, over $name,", (kind) => {
  it("are handled one after the other, however long a decision takes", async () => {
    const { world, decide, published } = slowWorld(kind);
    const talker = await world.client();
    const first = talker.publish("/slow", 1);
    const second = talker.publish("/a", 2);
    await world.settle();
    expect(second.responder.isOver).toBe(false);
    decide(true);
    expect(await world.reply(first)).toMatchObject({ successful: true });
    expect(await world.reply(second)).toMatchObject({ successful: true });
    expect(published).toEqual([1, 2]);
  });

  it("do not wait for those of other clients", async () => {
    const { world, published } = slowWorld(kind);
    const slow = await world.client();
    const quick = await world.client();
    slow.publish("/slow", 1);
    expect(await world.reply(quick.publish("/a", 2))).toMatchObject({ successful: true });
    expect(published).toEqual([2]);
  });

  it("do not keep its connect from being held and answered", async () => {
    const { world, decide } = slowWorld(kind);
    const talker = await world.subscriber("/a");
    talker.publish("/slow", 1);
    const poll = talker.poll();
    void world.comet.publish("/a", "news");
    expect(deliveriesIn(await world.answer(poll))).toMatchObject([{ data: "news" }]);
    decide(true);
    await world.settle();
  });
});

describe("the requests of one client that wait for an earlier one", () => {
  it("may be as many as the limit says: the next one is refused, and connects are not counted", async () => {
    const { world, decide, published } = slowWorld(undefined, { waitingRequestsPerClient: 2 });
    const talker = await world.connected();
    talker.publish("/slow", 1);
    talker.publish("/a", 2);
    expect(await world.reply(talker.publish("/a", 3))).toMatchObject({
      successful: false,
      error: "429::too_many_requests",
    });
    const poll = talker.poll();
    await world.settle();
    expect(world.comet.client(talker.clientId)?.isHeld).toBe(true);
    expect(poll.responder.isOver).toBe(false);
    decide(true);
    await world.settle();
    expect(await world.reply(talker.publish("/a", 4))).toMatchObject({ successful: true });
    expect(published).toEqual([1, 2, 4]);
  });
});

describe.each(STORE_KINDS)(
  "a message that comes while a connect is being decided, over $name,",
  (kind) => {
    it("does not wait until the connect's time is over", async () => {
      const { asked, decide } = openQuestion();
      const world = new World({ kind });
      const talker = await world.subscriber("/a");
      world.comet.on("connecting", () => asked);
      const poll = talker.poll();
      void world.comet.publish("/a", "in between");
      await world.settle();
      expect(poll.responder.isOver).toBe(false);
      decide(true);
      expect(deliveriesIn(await world.answer(poll))).toMatchObject([{ data: "in between" }]);
    });
  },
);

describe("a message that was published before a subscription", () => {
  it("does not belong to it, however late the feed brings it", async () => {
    const world = new World({ kind: LATER });
    const talker = await world.connected();
    const before = world.comet.publish("/a", "before");
    await world.scheduler.settle();
    const subscribing = talker.subscribe("/a");
    await world.scheduler.settle();
    // All but the feed, which is behind.
    for (const method of ["log.append", "clients.subscribe"]) {
      world.scheduler.release(world.scheduler.pending.findIndex((call) => call.method === method));
    }
    await before;
    subscribing.responder.flush();
    expect(world.comet.stats().subscriptions).toBe(1);
    expect(world.scheduler.pending).toMatchObject([{ method: "feed" }]);
    void world.comet.publish("/a", "after");
    expect(deliveriesIn(await world.answer(talker.poll()))).toMatchObject([{ data: "after" }]);
  });
});
