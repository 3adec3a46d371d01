import { describe, expect, it } from "vitest";
import { SharedStore } from "../store/shared-store.ts";
import { FakePorts } from "../support/fake-ports.ts";
import { deliveriesIn, Talker } from "../support/talker.ts";
import { World } from "../support/world.ts";

/** A client that this node serves and is asked about, and the same one as it speaks to another node. */
async function twoNodes() {
  const ports = new FakePorts();
  const first = new SharedStore();
  const here = new World({ store: first, ports });
  const there = new World({ store: new SharedStore(first), ports });
  const talker = await here.subscriber("/a");
  const moved = new Talker(there.comet);
  moved.clientId = talker.clientId;
  const decisions: (() => void)[] = [];
  here.comet.on("subscribing", () => new Promise<void>((resolve) => decisions.push(resolve)));
  const decide = (): void => {
    for (const decision of decisions) decision();
  };
  return { here, there, talker, moved, decide };
}

const SUBSCRIBE = { channel: "/meta/subscribe", subscription: "/b" };
const AT_ONCE = { advice: { timeout: 0 } };

describe("a client that another node claims while this one deals with a message of it", () => {
  it("is subscribed all the same", async () => {
    const { here, there, talker, moved, decide } = await twoNodes();
    const subscribing = talker.say(SUBSCRIBE);
    await here.settle();
    const poll = moved.poll();
    await there.settle();
    decide();
    expect(await here.reply(subscribing)).toMatchObject({ successful: true, subscription: "/b" });
    await here.comet.publish("/b", 1);
    expect(deliveriesIn(await there.answer(poll))).toMatchObject([{ data: 1 }]);
  });

  it("is not said to be subscribed when it has ended there", async () => {
    const { here, there, talker, moved, decide } = await twoNodes();
    const subscribing = talker.say(SUBSCRIBE);
    await here.settle();
    await there.answer(moved.poll(AT_ONCE));
    await there.answer(moved.say({ channel: "/meta/disconnect" }));
    decide();
    expect(await here.reply(subscribing)).toMatchObject({ error: "402::session_unknown" });
  });

  it("is claimed back for what waits behind that", async () => {
    const { here, there, talker, moved, decide } = await twoNodes();
    talker.say(SUBSCRIBE);
    const publishing = talker.say({ channel: "/a", data: 1 });
    await here.settle();
    await there.answer(moved.poll(AT_ONCE));
    decide();
    expect(await here.reply(publishing)).toMatchObject({ channel: "/a", successful: true });
    expect([here.comet.stats().clients, there.comet.stats().clients]).toEqual([1, 0]);
  });

  it("is unknown to what waits behind that when it has ended there", async () => {
    const { here, there, talker, moved, decide } = await twoNodes();
    talker.say(SUBSCRIBE);
    const publishing = talker.say({ channel: "/a", data: 1 });
    await here.settle();
    await there.answer(moved.poll(AT_ONCE));
    await there.answer(moved.say({ channel: "/meta/disconnect" }));
    decide();
    expect(await here.reply(publishing)).toMatchObject({ error: "402::session_unknown" });
  });
});
