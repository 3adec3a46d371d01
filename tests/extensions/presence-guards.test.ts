import type { Message } from "@encke/core";
import { describe, expect, it } from "vitest";
import type { Talker } from "../support/talker.ts";
import type { World, WorldOptions } from "../support/world.ts";
import { ROOM, watched } from "./support/watched.ts";

describe("who may know of presence", () => {
  const SECRET = "/chat/secret";
  const GUARDS: readonly (readonly [string, (world: World) => void, WorldOptions["policies"]])[] = [
    ["a policy", () => undefined, { subscribe: ({ channel }) => channel !== SECRET }],
    [
      "a listener",
      ({ comet }) => {
        comet.on("subscribing", SECRET, (event) => event.cancel("members only"));
      },
      {},
    ],
  ];

  async function ask(world: World, talker: Talker, data: unknown): Promise<readonly Message[]> {
    return world.answer(talker.publish("/service/presence", data));
  }

  describe.each(GUARDS)("where %s keeps a channel", (_, guard, policies) => {
    async function guarded(): Promise<{ world: World; talker: Talker }> {
      const { world } = watched({}, { policies: policies ?? {} });
      guard(world);
      return { world, talker: await world.connected() };
    }

    it("nobody who is kept from it may ask who is there", async () => {
      const { world, talker } = await guarded();
      expect(await ask(world, talker, { channel: SECRET })).toMatchObject([
        { successful: false, error: `403:${SECRET}:subscribe_denied` },
      ]);
      expect(await ask(world, talker, { channel: ROOM })).toMatchObject([
        { successful: true },
        { data: { channel: ROOM, members: [], count: 0 } },
      ]);
    });

    it("nobody who is kept from it may subscribe to its companion", async () => {
      const { world, talker } = await guarded();
      expect(await world.reply(talker.subscribe(`/presence${SECRET}`))).toMatchObject({
        successful: false,
        error: `403:/presence${SECRET}:subscribe_denied`,
      });
      expect(await world.reply(talker.subscribe(`/presence${ROOM}`))).toMatchObject({
        successful: true,
      });
    });
  });

  it.each(["/presence/*", "/presence/**", "/presence/chat/*", "/**"])(
    "nobody may subscribe to all companions at once: %s",
    async (pattern) => {
      const { world } = watched({}, { allowRootWildcard: true });
      const reply = await world.reply((await world.connected()).subscribe(pattern));
      expect(reply).toMatchObject({ successful: false });
    },
  );

  it("channels below /presence that tell of nothing are as all others", async () => {
    const { world } = watched();
    const talker = await world.subscriber("/presence/news");
    expect(await world.reply(talker.publish("/presence/news", 1))).toMatchObject({
      successful: true,
    });
  });

  it("nobody but the server may say on a companion who comes and goes", async () => {
    const { world, told } = watched();
    const talker = await world.connected();
    const forged = { type: "join", member: { id: "x" } };
    expect(await world.reply(talker.publish(`/presence${ROOM}`, forged))).toMatchObject({
      successful: false,
      error: `403:/presence${ROOM}:publish_denied`,
    });
    expect(told).toEqual([]);
    await world.comet.publish(`/presence${ROOM}`, forged);
    expect(told).toHaveLength(1);
  });

  it.each([
    [null, "400:data:field_invalid"],
    ["/chat/room", "400:data:field_invalid"],
    [{}, "400:data:field_invalid"],
    [{ channel: ["/chat/room"] }, "400:data:field_invalid"],
    [{ channel: ROOM, limit: 0 }, "400:data:field_invalid"],
    [{ channel: ROOM, limit: -1 }, "400:data:field_invalid"],
    [{ channel: ROOM, limit: 1.5 }, "400:data:field_invalid"],
    [{ channel: ROOM, limit: "9" }, "400:data:field_invalid"],
    [{ channel: ROOM, after: 1 }, "400:data:field_invalid"],
    [{ channel: ROOM, after: "x".repeat(257) }, "400:data:field_invalid"],
    [{ channel: "/news" }, "403:/news:channel_denied"],
    [{ channel: "/chat/*" }, "403:/chat/*:channel_denied"],
    [{ channel: "/meta/connect" }, "403:/meta/connect:channel_denied"],
    [{ channel: "/chat//room" }, "403:/chat//room:channel_denied"],
  ])("the question %j is answered with an error", async (data, error) => {
    const { world } = watched();
    const answer = await ask(world, await world.connected(), data);
    expect(answer).toMatchObject([{ successful: false, error }]);
    expect(world.ports.lines).toEqual([]);
  });
});
