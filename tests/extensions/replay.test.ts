import type { Message } from "@encke/core";
import { ack, replay } from "@encke/extensions";
import { describe, expect, it } from "vitest";
import { deliveriesIn, type Talker } from "../support/talker.ts";
import { STORE_KINDS, World, type WorldOptions } from "../support/world.ts";

const CHANNEL = "/kept";

function worldOf(options: WorldOptions & Parameters<typeof replay>[0] = {}): World {
  const { salesforce, ...others } = options;
  const world = new World(others);
  world.comet.use(replay(salesforce === undefined ? {} : { salesforce }));
  world.comet.channel(CHANNEL, { history: { replay: 1 } });
  return world;
}

async function publish(world: World, ...data: readonly unknown[]): Promise<number[]> {
  const ids: number[] = [];
  const stop = world.comet.on("published", ({ position }) => ids.push(position));
  for (const item of data) {
    void world.comet.publish(CHANNEL, item);
    await world.settle();
  }
  stop();
  return ids;
}

async function subscribe(world: World, ext: unknown, subscription = [CHANNEL]): Promise<Talker> {
  const talker = await world.connected();
  const reply = await world.reply(talker.say({ channel: "/meta/subscribe", subscription, ext }));
  expect(reply.successful).toBe(true);
  return talker;
}

async function received(world: World, talker: Talker): Promise<readonly Message[]> {
  return deliveriesIn(await world.answer(talker.poll({ advice: { timeout: 0 } })));
}

async function dataOf(world: World, talker: Talker): Promise<unknown[]> {
  return (await received(world, talker)).map(({ data }) => data);
}

describe.each(STORE_KINDS)("replay, over $name", (kind) => {
  it("gives what came after an id, all that is kept, nothing, or the last ones", async () => {
    const world = worldOf({ kind });
    const ids = await publish(world, 1, 2, 3);
    for (const [wanted, data] of [
      [ids[0], [2, 3]],
      [0, [1, 2, 3]],
      [-2, [1, 2, 3]],
      [-1, []],
      [{ last: 2 }, [2, 3]],
      [{ last: 0 }, []],
    ] as const) {
      const talker = await subscribe(world, { replay: { [CHANNEL]: wanted } });
      expect(await dataOf(world, talker)).toEqual(data);
    }
  });

  it("gives each message its id, the same to those who were there and to those who come later", async () => {
    const world = worldOf({ kind });
    const early = await subscribe(world, {});
    const ids = await publish(world, 1, { two: 2 }, null);
    const late = await subscribe(world, { replay: { [CHANNEL]: -2 } });
    for (const talker of [early, late]) {
      const messages = await received(world, talker);
      expect(messages.map(({ ext }) => ext)).toEqual(ids.map((replayId) => ({ replayId })));
      expect(messages.map(({ data }) => data)).toEqual([1, { two: 2 }, null]);
    }
  });

  it("gives one who acknowledges what it missed until that is acknowledged", async () => {
    const world = worldOf({ kind });
    world.comet.use(ack());
    const ids = await publish(world, 1, 2);
    const talker = await world.client();
    const { clientId } = await world.reply(talker.handshake({ ext: { ack: true } }));
    talker.clientId = clientId as string;
    await world.answer(talker.poll());
    const ext = { replay: { [CHANNEL]: ids[0] } };
    await world.answer(talker.say({ channel: "/meta/subscribe", subscription: CHANNEL, ext }));
    for (let connects = 0; connects < 2; connects++) {
      expect(await received(world, talker)).toMatchObject([{ data: 2, ext: { replayId: ids[1] } }]);
    }
  });
});

describe("replay", () => {
  it("tells every client that shakes hands that it may ask", async () => {
    const world = worldOf();
    const talker = await world.client();
    for (const ext of [{ replay: true }, { replay: false }, {}]) {
      expect((await world.reply(talker.handshake({ ext }))).ext).toEqual({ replay: true });
    }
    world.comet.on("handshaking", (event) => event.cancel());
    expect(await world.reply(talker.handshake())).not.toHaveProperty("ext");
  });

  it.each([
    ...[null, true, "-2", -3, 1.5, 2 ** 60, -1e308, [], [-2], {}, { last: -1 }, { last: "2" }],
    ...[{ last: 1.5 }, { since: -2 }],
  ])("gives what the channel's options say to who asks for %j", async (wanted) => {
    const world = worldOf();
    await publish(world, 1, 2);
    const talker = await subscribe(world, { replay: { [CHANNEL]: wanted } });
    expect(await dataOf(world, talker)).toEqual([2]);
  });

  it.each([null, true, -2, "x", [], [-2], { "/other": -2 }, { [`${CHANNEL}/`]: -2 }])(
    "gives what the channel's options say to who says %j and names no id for it",
    async (said) => {
      const world = worldOf();
      await publish(world, 1, 2);
      const talker = await subscribe(world, { replay: said });
      expect(await dataOf(world, talker)).toEqual([2]);
    },
  );

  it("finds nothing in what an object has by nature", async () => {
    const world = worldOf();
    const text = `{"replay":{"__proto__":{"${CHANNEL}":-2}}}`;
    await publish(world, 1, 2);
    const talker = await subscribe(world, JSON.parse(text));
    expect(await dataOf(world, talker)).toEqual([2]);
  });

  it("answers for each of several channels by itself", async () => {
    const world = worldOf();
    world.comet.channel("/more", { history: {} });
    await publish(world, 1, 2);
    await world.comet.publish("/more", "more");
    const ext = { replay: { [CHANNEL]: -1, "/more": -2 } };
    const talker = await subscribe(world, ext, [CHANNEL, "/more"]);
    expect(await dataOf(world, talker)).toEqual(["more"]);
  });

  it("numbers nothing on channels without a history, and nothing that is for one client", async () => {
    const world = worldOf();
    const talker = await subscribe(world, {}, [CHANNEL, "/other"]);
    await world.comet.publish("/other", 1);
    await world.comet.deliver(talker.clientId, CHANNEL, 2);
    const messages = await received(world, talker);
    expect(messages).toEqual([
      { channel: "/other", data: 1 },
      { channel: CHANNEL, data: 2 },
    ]);
  });

  it("leaves everything as it was when it is taken away", async () => {
    const world = new World();
    world.comet.channel(CHANNEL, { history: {} });
    world.comet.use(replay())();
    await publish(world, 1);
    const talker = await subscribe(world, { replay: { [CHANNEL]: -2 } });
    expect(await received(world, talker)).toEqual([]);
    expect(await world.reply(talker.handshake())).not.toHaveProperty("ext");
  });

  it("refuses options that make no sense", () => {
    expect(() => replay({ salesforce: 1 } as never)).toThrow(
      expect.objectContaining({ code: "options_invalid" }),
    );
  });
});

describe("replay for clients of Salesforce", () => {
  const data = { payload: 1, event: { createdDate: "today", replayId: "invented" } };

  it("writes the id where they look for it, and changes nothing of what was published", async () => {
    const world = worldOf({ salesforce: true });
    const talker = await subscribe(world, {});
    const before = JSON.stringify(data);
    const [replayId] = await publish(world, data);
    expect(await received(world, talker)).toEqual([
      { channel: CHANNEL, data: { payload: 1, event: { createdDate: "today", replayId } } },
    ]);
    expect(JSON.stringify(data)).toBe(before);
  });

  it.each([
    ["a text", "a text"],
    [[1], [1]],
    [null, null],
    [new Date(0), new Date(0).toJSON()],
    [{ toJSON: () => "its own" }, "its own"],
    [{ event: "fire" }, { event: "fire" }],
  ])("puts the id of %j into ext", async (published, data) => {
    const world = worldOf({ salesforce: true });
    const talker = await subscribe(world, {});
    const [replayId] = await publish(world, published);
    expect(await received(world, talker)).toEqual([{ channel: CHANNEL, data, ext: { replayId } }]);
  });
});
