import type { RequestContext } from "@encke/core";
import { describe, expect, it } from "vitest";
import { Talker } from "../support/talker.ts";
import { World } from "../support/world.ts";

const BROWSER: Partial<RequestContext> = { browser: { presented: "one", offered: "one" } };

/** Pages of one browser that have connected once. */
async function pages(
  world: World,
  count: number,
  context: Partial<RequestContext> = BROWSER,
): Promise<readonly [Talker, ...Talker[]]> {
  const talkers: Talker[] = [];
  for (let page = 0; page < count; page++) {
    const talker = new Talker(world.comet, context);
    talker.clientId = (await world.reply(talker.handshake())).clientId as string;
    await world.answer(talker.poll());
    talkers.push(talker);
  }
  return talkers as unknown as readonly [Talker, ...Talker[]];
}

const CROWDED = { reconnect: "retry", interval: 2_000, "multiple-clients": true };

describe("several clients of one browser", () => {
  it("are held up to a number, and the others told when to come back", async () => {
    const world = new World({ maxClientsPerBrowser: 2 });
    const talkers = await pages(world, 3);
    const polls = talkers.map((talker) => talker.poll());
    await world.settle();
    expect(polls.map(({ responder }) => responder.isOver)).toEqual([false, false, true]);
    expect((await world.answer(polls[2] as (typeof polls)[0]))[0]?.advice).toEqual(CROWDED);
    expect(world.comet.stats().held).toBe(2);
  });

  it("get what waits for them all the same", async () => {
    const world = new World({ maxClientsPerBrowser: 1 });
    const [first, second] = await pages(world, 2);
    first.poll();
    await world.answer((second as Talker).subscribe("/a"));
    await world.comet.publish("/a", 1);
    const received = await world.answer((second as Talker).poll());
    expect(received).toMatchObject([{ data: 1 }, { advice: CROWDED }]);
  });

  it("are held again, and told so, when another one is gone", async () => {
    const world = new World({ maxClientsPerBrowser: 1 });
    const [first, second] = (await pages(world, 2)) as readonly [Talker, Talker];
    const held = first.poll();
    await world.answer(second.poll());
    held.responder.leave();
    await world.settle();
    const poll = second.poll();
    await world.pass(30_200);
    expect((await world.answer(poll))[0]?.advice).toMatchObject({
      interval: 0,
      "multiple-clients": false,
    });
    const next = second.poll();
    await world.pass(30_200);
    expect((await world.answer(next))[0]?.advice).toBeUndefined();
  });

  it("are not forgotten before they were told to come back", async () => {
    const world = new World({ maxClientsPerBrowser: 1, maxInterval: 1_000 });
    const [first, second] = (await pages(world, 2)) as readonly [Talker, Talker];
    first.poll();
    expect((await world.answer(second.poll()))[0]?.advice).toEqual(CROWDED);
    await world.pass(2_500);
    expect(await world.reply(second.poll())).toMatchObject({ successful: true });
    await world.pass(3_200);
    expect(world.comet.client(second.clientId)).toBeUndefined();
  });

  it("do not count themselves twice", async () => {
    const world = new World({ maxClientsPerBrowser: 1 });
    const [talker] = await pages(world, 1);
    talker.poll();
    await world.settle();
    const again = talker.poll();
    await world.settle();
    expect(again.responder.isOver).toBe(false);
  });

  it.each([
    ["of different browsers", {}],
    ["over a connection of their own", { connection: { close: () => undefined }, ...BROWSER }],
    ["over a connection that they share without waiting", { isMultiplexed: true, ...BROWSER }],
  ])("are not counted %s", async (_, context) => {
    const world = new World({ maxClientsPerBrowser: 1 });
    const talkers = await pages(world, 2, context);
    const polls = talkers.map((talker) => talker.poll());
    await world.settle();
    expect(polls.map(({ responder }) => responder.isOver)).toEqual([false, false]);
  });
});

describe("the interval under load", () => {
  async function intervals(world: World, talkers: readonly Talker[]): Promise<unknown[]> {
    const told: unknown[] = [];
    for (const talker of talkers) {
      const [reply] = await world.answer(talker.poll({ advice: { timeout: 0 } }));
      told.push(reply?.advice?.interval);
    }
    return told;
  }

  it("is told to each client once, spread over half as much again", async () => {
    const world = new World();
    const talkers = await pages(world, 40, {});
    world.comet.interval = 2_000;
    const told = (await intervals(world, talkers)) as number[];
    expect(Math.min(...told)).toBeGreaterThanOrEqual(2_000);
    expect(Math.max(...told)).toBeLessThanOrEqual(3_000);
    const tenths = new Set(told.map((interval) => Math.floor((interval - 2_000) / 100)));
    expect(tenths.size).toBe(10);
    expect(new Set(await intervals(world, talkers))).toEqual(new Set([undefined]));
  });

  it("is told to new clients in their handshake", async () => {
    const world = new World();
    world.comet.interval = 2_000;
    const { advice } = await world.reply(new Talker(world.comet).handshake());
    expect(advice?.interval).toBeGreaterThanOrEqual(2_000);
  });

  it("gives clients as much longer to come back, and is taken back", async () => {
    const world = new World({ maxInterval: 5_000 });
    const [talker] = await pages(world, 1, {});
    world.comet.interval = 10_000;
    const [told] = (await intervals(world, [talker])) as [number];
    await world.pass(told + 4_000);
    expect(world.comet.client(talker.clientId)?.isAlive).toBe(true);
    world.comet.interval = 0;
    expect(await intervals(world, [talker])).toEqual([0]);
    await world.pass(5_200);
    expect(world.comet.client(talker.clientId)).toBeUndefined();
  });

  it("may be lowered below what it was at the start, and then everybody is told the same", async () => {
    const world = new World({ interval: 2_000 });
    const [talker] = await pages(world, 1, {});
    world.comet.interval = 500;
    expect(await intervals(world, [talker])).toEqual([500]);
    expect(await intervals(world, [talker])).toEqual([undefined]);
    const { advice } = await world.reply(new Talker(world.comet).handshake());
    expect(advice?.interval).toBe(500);
    world.comet.interval = 2_000;
    expect(await intervals(world, [talker])).toEqual([2_000]);
  });

  it("is never longer than a timer can be set to", async () => {
    const world = new World();
    world.comet.interval = 2 ** 31 - 1;
    const { advice } = await world.reply(new Talker(world.comet).handshake());
    expect(advice?.interval).toBe(2 ** 31 - 1);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31])("cannot be %d", (ms) => {
    const { comet } = new World();
    expect(() => {
      comet.interval = ms;
    }).toThrow(expect.objectContaining({ code: "options_invalid" }));
  });
});
