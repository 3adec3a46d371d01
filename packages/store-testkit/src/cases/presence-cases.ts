import type { IPresence } from "@encke/core";
import { expectSame, expectThere } from "../expectations.ts";
import { CHANNEL, type StoreBench, TTL } from "../store-bench.ts";
import type { CaseDefinition } from "../store-case.ts";
import { together } from "../together.ts";

export const presenceCases: readonly CaseDefinition[] = [
  {
    name: "says who is new on a channel, to one of many who enter at once",
    needs: "presence",
    async check(bench) {
      const presence = presenceOf(bench);
      const answers = await together(10, () => presence.enter(CHANNEL, "a", "info", TTL));
      expectSame(answers.filter(Boolean).length, 1, "times that the client was new");
      expectSame(await presence.enter("/kit/hall", "a", "info", TTL), true, "on another channel");
    },
  },
  {
    name: "says who has left a channel, once",
    needs: "presence",
    async check(bench) {
      const presence = presenceOf(bench);
      await presence.enter(CHANNEL, "a", "info", TTL);
      expectSame(await presence.leave(CHANNEL, "a"), true, "leave");
      expectSame(await presence.leave(CHANNEL, "a"), false, "leave again");
      expectSame(await presence.leave("/kit/hall", "a"), false, "leave where it never was");
      expectSame(await presence.enter(CHANNEL, "a", "info", TTL), true, "enter after that");
    },
  },
  {
    name: "lists and counts who is on a channel, page by page, with what they said last",
    needs: "presence",
    async check(bench) {
      const presence = presenceOf(bench);
      for (const id of ["c", "a", "b", "a"]) await presence.enter(CHANNEL, id, `info ${id}`, TTL);
      await presence.enter(CHANNEL, "a", "new info", TTL);
      expectSame(await presence.count(CHANNEL), 3, "count");
      expectSame(await presence.count("/kit/hall"), 0, "count of another channel");
      const first = await presence.list(CHANNEL, 2);
      const infos = new Map(first.members.map(({ clientId, info }) => [clientId, info]));
      const rest = await presence.list(CHANNEL, 2, first.next ?? "");
      for (const { clientId, info } of rest.members) infos.set(clientId, info);
      const expected = { a: "new info", b: "info b", c: "info c" };
      expectSame(infos, new Map(Object.entries(expected)), "members on two pages");
      expectSame(
        [first.members.length, rest.next],
        [2, undefined],
        "size of the first, next of the last",
      );
    },
  },
  {
    name: "keeps channels apart, whatever they are called",
    needs: "presence",
    async check(bench) {
      const presence = presenceOf(bench);
      const channels = ["", ":said", ":ends", ":ids", ":info", ":members"].map(
        (end) => `${CHANNEL}${end}`,
      );
      for (const channel of [...channels].reverse()) {
        await presence.enter(channel, "a", `in ${channel}`, TTL);
      }
      for (const channel of channels) {
        const { members } = await presence.list(channel, 10);
        expectSame(members, [{ clientId: "a", info: `in ${channel}` }], `members of ${channel}`);
      }
    },
  },
  {
    name: "forgets who has not entered again in time",
    needs: "presence",
    async check(bench) {
      const presence = presenceOf(bench);
      await presence.enter(CHANNEL, "a", "info", TTL);
      await presence.enter(CHANNEL, "b", "info", TTL);
      await bench.letTimePass(TTL / 2);
      await presence.enter(CHANNEL, "b", "info", TTL);
      await bench.letTimePass(TTL * 0.75);
      expectSame(
        (await presence.list(CHANNEL, 10)).members,
        [{ clientId: "b", info: "info" }],
        "members",
      );
      expectSame(await presence.count(CHANNEL), 1, "count");
      expectSame(await presence.enter(CHANNEL, "a", "info", TTL), true, "whether a is new again");
    },
  },
];

function presenceOf(bench: StoreBench): IPresence {
  return expectThere(bench.store.presence, "presence");
}
