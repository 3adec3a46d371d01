import type { Verdict } from "@encke/core";
import { describe, expect, it } from "vitest";
import { deliveriesIn, type Said, Talker } from "../support/talker.ts";
import { STORE_KINDS, World } from "../support/world.ts";

const NO_CLIENT = { successful: false, error: "403::There is no such client." };

async function make(world: World, publicId = "ann"): Promise<string> {
  const made = world.comet.createClient({ publicId });
  await world.settle();
  return (await made).id;
}

function presenting(token: string): Said {
  return { ext: { clientToken: token } };
}

function talkerFrom(world: World, browser: string): Talker {
  return new Talker(world.comet, { browser: { presented: browser, offered: browser } });
}

/** A policy that decides when it is told to. */
function decidedByHand(): {
  readonly handshake: () => Promise<Verdict>;
  readonly decide: ((decision: Verdict) => void)[];
} {
  const decide: ((decision: Verdict) => void)[] = [];
  const handshake = () => new Promise<Verdict>((resolve) => decide.push(resolve));
  return { handshake, decide };
}

describe.each(STORE_KINDS)("a client that waits to be presented, over $name", (kind) => {
  it("is nobody to whoever has its id, until a handshake was allowed", async () => {
    const world = new World({ kind, policies: { handshake: () => false } });
    const id = await make(world);
    const talker = new Talker(world.comet);
    talker.clientId = id;
    const asked = [
      talker.poll(),
      talker.subscribe("/a"),
      talker.publish("/a", 1),
      talker.disconnect(),
    ];
    for (const exchange of asked) {
      expect(await world.reply(exchange)).toMatchObject({
        successful: false,
        error: expect.stringMatching(/^402:/),
      });
    }
    expect(await world.reply(talker.handshake(presenting(id)))).toMatchObject({
      successful: false,
    });
    expect(await world.reply(talker.poll())).toMatchObject({ successful: false });
    expect(world.comet.client(id)?.isAlive).toBe(true);
  });

  it.each([
    ["in their order", [0, 1] as const],
    ["in the other order", [1, 0] as const],
  ])("is that of one browser, of two that are allowed %s", async (_order, order) => {
    const { handshake, decide } = decidedByHand();
    const world = new World({ kind, policies: { handshake } });
    const id = await make(world);
    const talkers = ["one", "two"].map((browser) => talkerFrom(world, browser));
    const asked = talkers.map((talker) => talker.handshake(presenting(id)));
    await world.settle();
    for (const index of order) {
      decide[index]?.(true);
      await world.settle();
    }
    const [first, second] = order;
    expect(await world.reply(asked[first] as never)).toMatchObject({
      successful: true,
      clientId: id,
    });
    expect(await world.reply(asked[second] as never)).toMatchObject(NO_CLIENT);
    const loser = talkers[second] as Talker;
    loser.clientId = id;
    expect(await world.reply(loser.poll())).toMatchObject({ successful: false });
  });

  it("is no more that of a connection whose browser it was, once another one has presented it", async () => {
    const world = new World({ kind });
    const id = await make(world);
    const before = new Talker(world.comet, {
      transport: "websocket",
      connection: { close: () => {} },
      browser: { offered: "one" },
    });
    await world.reply(before.handshake(presenting(id)));
    before.clientId = id;
    expect(await world.reply(before.publish("/a", 1))).toMatchObject({ successful: true });
    const after = new Talker(world.comet, { browser: { offered: "two" } });
    expect(await world.reply(after.handshake(presenting(id)))).toMatchObject({ successful: true });
    const bound = talkerFrom(world, "two");
    bound.clientId = id;
    expect(await world.reply(bound.publish("/a", 2))).toMatchObject({ successful: true });
    expect(await world.reply(before.publish("/a", 3))).toMatchObject({ successful: false });
  });

  it("is no more that of a browser that has shown itself while another one presented it", async () => {
    const world = new World({ kind });
    const id = await make(world);
    const first = new Talker(world.comet, { browser: { offered: "one" } });
    await world.reply(first.handshake(presenting(id)));
    const before = talkerFrom(world, "one");
    before.clientId = id;
    const after = new Talker(world.comet, { browser: { offered: "two" } });
    const presented = after.handshake(presenting(id));
    const said = before.publish("/a", 1);
    expect(await world.reply(presented)).toMatchObject({ successful: true });
    await world.reply(said);
    expect(await world.reply(before.publish("/a", 2))).toMatchObject({ successful: false });
  });

  it("is not there any more when it was sent away while that was decided", async () => {
    const { handshake, decide } = decidedByHand();
    const world = new World({ kind, policies: { handshake } });
    const id = await make(world);
    const asked = new Talker(world.comet).handshake(presenting(id));
    await world.settle();
    void world.comet.disconnect(id);
    await world.settle();
    decide[0]?.(true);
    expect(await world.reply(asked)).toMatchObject(NO_CLIENT);
  });

  it("loses the time for which it was allowed before when it is presented again without one", async () => {
    let permission: Verdict = { allow: true, validFor: 5_000 };
    const world = new World({
      kind,
      maxInterval: 60_000,
      policies: { handshake: () => permission },
    });
    const id = await make(world);
    const talker = new Talker(world.comet);
    expect(await world.reply(talker.handshake(presenting(id)))).toMatchObject({ successful: true });
    permission = true;
    expect(await world.reply(talker.handshake(presenting(id)))).toMatchObject({ successful: true });
    permission = false;
    await world.pass(6_000);
    expect(world.comet.client(id)?.isAlive).toBe(true);
  });
});

describe("a message for *", () => {
  it("reaches nobody, and no client can be called so", async () => {
    const world = new World();
    const talker = await world.subscriber("/a");
    void world.comet.deliver("*", "/service/hello", 1);
    await world.settle();
    const received = await world.answer(talker.poll({ advice: { timeout: 0 } }));
    expect(deliveriesIn(received)).toEqual([]);
    await expect(world.comet.createClient({ publicId: "*" })).rejects.toMatchObject({
      code: "options_invalid",
    });
  });
});
