import type { Publication } from "@encke/core";
import type { Breakage } from "./breakage.ts";

const LONG = 10_000_000;

/** For each rule of history and presence, by the name of its case, a store that breaks it. */
export const brokenExtras: Readonly<Record<string, Breakage>> = {
  "replays the kept messages of a channel after a position, in order": ({ history }) => ({
    history: {
      replay: async (...args) => {
        const page = await history.replay(...args);
        return { ...page, entries: [...page.entries].reverse() };
      },
    },
  }),
  "replays nothing for -1, and for -2 all that it keeps": ({ history }) => ({
    history: {
      replay: (channel, since, limit) => history.replay(channel, since < 0 ? -2 : since, limit),
    },
  }),
  "keeps only as many bytes as wanted, and reports the gap": (sound) =>
    keeping(sound, (keep) => keep && { count: keep.count, ms: keep.ms }),
  "keeps only as many messages as wanted, and reports the gap": (sound) =>
    keeping(sound, (keep) => keep && { ...keep, count: 100 }),
  "keeps messages only as long as wanted, and reports the gap": (sound) =>
    keeping(sound, (keep) => keep && { ...keep, ms: LONG }),
  "keeps no message that does not ask for it, and none of another channel": (sound) =>
    keeping(sound, (keep) => keep ?? { count: 100, ms: LONG }),
  "replays no more at once than it is asked for, oldest first": ({ history }) => ({
    history: { replay: (channel, since) => history.replay(channel, since, 100) },
  }),
  "says who is new on a channel, to one of many who enter at once": ({ presence }) => ({
    presence: {
      enter: async (...args) => {
        await presence.enter(...args);
        return true;
      },
    },
  }),
  "says who has left a channel, once": ({ presence }) => ({
    presence: {
      leave: async (...args) => {
        await presence.leave(...args);
        return true;
      },
    },
  }),
  "lists and counts who is on a channel, page by page, with what they said last": ({
    presence,
  }) => ({
    presence: {
      list: async (...args) => {
        const page = await presence.list(...args);
        return { ...page, members: page.members.map((member) => ({ ...member, info: "" })) };
      },
    },
  }),
  "keeps channels apart, whatever they are called": ({ presence }) => ({
    presence: { list: (channel, ...page) => presence.list(channel.split(":")[0] ?? "", ...page) },
  }),
  "forgets who has not entered again in time": ({ presence }) => ({
    presence: { enter: (channel, id, info) => presence.enter(channel, id, info, LONG) },
  }),
};

function keeping(
  { log }: Parameters<Breakage>[0],
  change: (keep: Publication["keep"]) => Publication["keep"],
): ReturnType<Breakage> {
  return {
    log: {
      append: ({ keep, ...rest }) => {
        const changed = change(keep);
        return log.append(changed === undefined ? rest : { ...rest, keep: changed });
      },
    },
  };
}
