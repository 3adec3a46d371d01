import type { IPresence, IStore } from "@encke/core";
import { type PresenceMembers, type PresenceOptions, presence } from "@encke/extensions";
import { MemoryStore } from "@encke/store-memory";
import { describe, expect, it } from "vitest";
import { deliveriesIn } from "../support/talker.ts";
import { STORE_KINDS, type WorldOptions } from "../support/world.ts";
import { idsOn, joins, listed, publicIdOf, ROOM, watched } from "./support/watched.ts";

/** A store that has no presence of its own. */
function withoutPresence(): IStore {
  const store = new MemoryStore();
  const { capabilities, log, clients } = store;
  return {
    ...{ capabilities, log, clients },
    open: (host) => store.open(host),
    close: () => store.close(),
  };
}

describe.each([
  ...STORE_KINDS.map((kind) => ({ name: kind.name, make: (): WorldOptions => ({ kind }) })),
  { name: "a store without presence", make: (): WorldOptions => ({ store: withoutPresence() }) },
])("presence, over $name,", ({ make }) => {
  it("lists who has subscribed to a channel by its name, until they leave it", async () => {
    const watch = watched({}, make());
    const { world } = watch;
    const [one, two] = [await world.subscriber(ROOM), await world.subscriber(ROOM, "/chat/hall")];
    const ids = [one, two].map((talker) => publicIdOf(world, talker));
    expect((await idsOn(watch)).toSorted()).toEqual(ids.toSorted());
    expect(await idsOn(watch, "/chat/hall")).toEqual([ids[1]]);
    await world.answer(two.unsubscribe(ROOM));
    expect(await listed(watch)).toEqual({ channel: ROOM, members: [{ id: ids[0] }], count: 1 });
    await world.answer(one.disconnect());
    expect(await listed(watch)).toEqual({ channel: ROOM, members: [], count: 0 });
  });

  it("tells on the companion channel who comes and goes, once each", async () => {
    const { world, told } = watched({}, make());
    const watcher = await world.subscriber(`/presence${ROOM}`);
    const talker = await world.subscriber(ROOM);
    await world.answer(talker.subscribe(ROOM, "/chat/*", "/chat/**"));
    await world.answer(talker.subscribe(ROOM));
    await world.settle();
    const join = joins(world, talker);
    expect(told).toEqual([join]);
    await world.answer(talker.unsubscribe("/chat/*"));
    await world.answer(talker.disconnect());
    const leave = { ...join, type: "leave" };
    expect(told).toEqual([join, leave]);
    const received = deliveriesIn(await world.answer(watcher.poll()));
    expect(received.map(({ channel, data }) => ({ channel, ...(data as object) }))).toEqual(told);
  });

  it("ends, whatever is done in whatever order, with what was done last", async () => {
    const watch = watched({}, make());
    const { world, told } = watch;
    const talker = await world.connected();
    for (let round = 0; round < 3; round++) {
      talker.subscribe(ROOM);
      talker.unsubscribe(ROOM);
    }
    talker.subscribe(ROOM);
    await world.settle();
    expect(await idsOn(watch)).toEqual([publicIdOf(world, talker)]);
    expect(told.at(-1)).toEqual(joins(world, talker));
    talker.unsubscribe(ROOM);
    await world.settle();
    expect(await idsOn(watch)).toEqual([]);
    expect(told.at(-1)).toMatchObject({ type: "leave" });
  });

  it("keeps those who stay for longer than their entries last", async () => {
    const watch = watched({}, make());
    const { world, told } = watch;
    const talker = await world.subscriber(ROOM);
    for (let minute = 0; minute < 5; minute++) {
      const held = talker.poll();
      await world.pass(25_000);
      held.responder.leave();
      await world.settle();
    }
    expect(await idsOn(watch)).toEqual([publicIdOf(world, talker)]);
    expect(told).toHaveLength(1);
  });

  it("forgets those who time out", async () => {
    const watch = watched({}, make());
    await watch.world.subscriber(ROOM);
    await watch.world.pass(40_000);
    expect(await idsOn(watch)).toEqual([]);
    expect(watch.told.at(-1)).toMatchObject({ type: "leave" });
  });

  it("lists page by page, never more than a page may hold", async () => {
    const watch = watched({ pageSize: 3 }, make());
    const ids: string[] = [];
    for (let count = 0; count < 7; count++) {
      ids.push(publicIdOf(watch.world, await watch.world.subscriber(ROOM)));
    }
    const pages: PresenceMembers[] = [];
    for (let after: string | undefined; pages.length < 10; after = pages.at(-1)?.next) {
      pages.push(
        await listed(watch, ROOM, { limit: 1_000, ...(after !== undefined && { after }) }),
      );
      if (pages.at(-1)?.next === undefined) break;
    }
    expect(pages.map(({ members, count }) => [members.length, count])).toEqual([
      ...[
        [3, 7],
        [3, 7],
        [1, 7],
      ],
    ]);
    const found = pages.flatMap(({ members }) => members.map(({ id }) => id));
    expect(found.toSorted()).toEqual(ids.toSorted());
    expect((await listed(watch, ROOM, { limit: 2 })).members).toHaveLength(2);
  });
});

describe("presence", () => {
  it.each([
    ["a pattern", "/chat/*"],
    ["a channel without presence", "/news"],
    ["a service channel", "/service/chat"],
    ["a companion", `/presence${ROOM}`],
  ])("takes no part in a subscription to %s", async (_, channel) => {
    const watch = watched();
    await watch.world.subscriber(channel);
    expect(watch.told).toEqual([]);
    expect(await idsOn(watch, channel)).toEqual([]);
  });

  it("shows what the application chooses, as it is when it is renewed, and no secret", async () => {
    const moods = new Map<string, string>();
    const watch = watched(
      { info: ({ data, publicId }) => ({ name: data.name, mood: moods.get(publicId) }) },
      { policies: { handshake: () => ({ allow: true, data: { name: "Ada", secret: "s3cret" } }) } },
    );
    const { world, told } = watch;
    const talker = await world.subscriber(ROOM);
    const id = publicIdOf(world, talker);
    expect(told).toMatchObject([{ member: { id, info: { name: "Ada" } } }]);
    moods.set(id, "busy");
    const held = talker.poll();
    await world.pass(25_000);
    expect((await listed(watch)).members).toEqual([{ id, info: { name: "Ada", mood: "busy" } }]);
    await world.answer(held);
    await world.answer(talker.disconnect());
    const shown = JSON.stringify(told);
    expect(shown).not.toContain(talker.clientId);
    expect(shown).not.toContain("s3cret");
  });

  it("lists a client by its id alone where what to show of it cannot be told", async () => {
    const watch = watched({
      info: () => {
        throw new Error("expected");
      },
    });
    const talker = await watch.world.subscriber(ROOM);
    expect((await listed(watch)).members).toEqual([{ id: publicIdOf(watch.world, talker) }]);
    expect(watch.world.ports.lines).toContainEqual(
      expect.objectContaining({ text: "What is to be shown of a client could not be told." }),
    );
  });

  it("tells nothing where it is not to announce", async () => {
    const watch = watched({ announce: false });
    const talker = await watch.world.subscriber(ROOM);
    expect(await idsOn(watch)).toEqual([publicIdOf(watch.world, talker)]);
    await watch.world.answer(talker.disconnect());
    expect(watch.told).toEqual([]);
  });

  it("counts those who are there already when it is added", async () => {
    const watch = watched();
    watch.remove();
    const talker = await watch.world.subscriber(ROOM);
    watch.world.comet.use(watch.who);
    await watch.world.settle();
    expect(await idsOn(watch)).toEqual([publicIdOf(watch.world, talker)]);
  });

  it("goes on when the store or the log fails now and then", async () => {
    const watch = watched();
    const { world } = watch;
    const stop = world.comet.on("publishing", "/presence/**", (event) => event.cancel("not now"));
    const talker = await world.subscriber(ROOM);
    expect(await idsOn(watch)).toEqual([publicIdOf(world, talker)]);
    stop();
    await world.answer(talker.disconnect());
    expect(watch.told).toMatchObject([{ type: "leave" }]);
    expect(world.ports.lines).toMatchObject([
      { level: "warn", text: `A change of presence on ${ROOM} could not be told.` },
    ]);
  });

  it("is renewed in turns, so that nobody waits for all, and no more once it is removed", async () => {
    const { world, remove } = watched();
    for (let count = 0; count < 450; count++) await world.subscriber(ROOM);
    remove();
    const book = world.store.presence as IPresence;
    const enter = book.enter.bind(book);
    let entered = 0;
    book.enter = (...args) => {
      entered++;
      return enter(...args);
    };
    const removeAgain = world.comet.use(presence({ channels: [ROOM] }));
    const byTurn: number[] = [];
    for (let turn = 0; turn < 6; turn++) {
      await world.scheduler.settle();
      byTurn.push(entered);
      if (turn === 2) removeAgain();
      world.ports.endTurn();
    }
    expect(byTurn).toEqual([100, 200, 300, 300, 300, 300]);
  });

  it("leaves no timer, no listener and no handler behind when it is removed or the Comet closes", async () => {
    const watch = watched();
    await watch.world.settle();
    watch.remove();
    expect(watch.world.ports.timers).toBe(1);
    const talker = await watch.world.subscriber(ROOM, `/presence${ROOM}`, "/presence/*");
    expect(watch.told).toEqual([]);
    const answer = await watch.world.answer(talker.publish("/service/presence", { channel: ROOM }));
    expect(answer).toHaveLength(1);
    await expect(watch.who.list(ROOM)).rejects.toMatchObject({ code: "comet_closed" });
    watch.world.comet.use(watch.who);
    await watch.world.settle();
    await watch.world.close();
    expect(watch.world.ports.timers).toBe(0);
  });

  it.each([
    undefined,
    {},
    { channels: [] },
    { channels: "/chat" },
    { channels: ["chat"] },
    { channels: ["/service/*"] },
    { channels: ["/chat"], ttl: 2_999 },
    { channels: ["/chat"], pageSize: 1_001 },
    { channels: ["/chat"], info: {} },
    { channels: ["/chat"], announce: 1 },
  ])("is not made with %j", (options) => {
    expect(() => presence(options as unknown as PresenceOptions)).toThrow(
      expect.objectContaining({ code: "options_invalid" }),
    );
  });
});
