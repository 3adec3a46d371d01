import type {
  AppendResult,
  ILogListener,
  LogEntry,
  Position,
  Publication,
  ReadResult,
} from "@encke/core";
import { type Breakage, feeding } from "./breakage.ts";

/** For each rule of the log, by the name of its case, a store that breaks it. */
export const brokenLogs: Readonly<Record<string, Breakage>> = {
  "gives each append a position above the one before, however many run at once": (sound) =>
    appending(sound, (result) => ({ ...result, position: 7 })),
  "keeps the appends of one caller in order": ({ log }) => {
    let count = 0;
    return {
      log: {
        append: async (publication) => {
          if (count++ % 2 === 0) await undefined;
          return log.append(publication);
        },
      },
    };
  },
  "knows the last position it gave out as its head": ({ log }) => ({
    log: { head: async (partition) => (await log.head(partition)) - 1 },
  }),
  "keeps a message to the byte": (sound) =>
    changing(sound, ({ json, ...rest }) => ({ ...rest, json: json.replaceAll("\u2028", " ") })),
  "says of no message that it is ASCII, or that it is not, but what it was told of it": (sound) =>
    changing(sound, (publication) => ({ ...publication, isAscii: true })),
  "carries the channel, to, except and hints unchanged": (sound) =>
    changing(sound, ({ hints: _, ...rest }) => rest),
  "puts a channel into the same one of its partitions each time": () => ({
    log: { partitionOf: (channel) => channel.length },
  }),
  "feeds each message once and in order, however many are appended at once": (sound) =>
    feeding(sound, (entries, listener) => {
      for (const twice of [entries, entries]) listener.onEntries(0, twice);
    }),
  "feeds the messages that follow those it has fed once and in order, too": (sound) => {
    const batch: LogEntry[] = [];
    let last: LogEntry | undefined;
    const flush = (listener: ILogListener): void => {
      const again = last !== undefined && batch.length > 1 ? [last] : [];
      last = batch.at(-1);
      listener.onEntries(0, [...again, ...batch.splice(0)]);
    };
    return feeding(sound, (entries, listener) => {
      if (batch.length === 0) setImmediate(flush, listener);
      batch.push(...entries);
    });
  },
  "feeds what read returns": (sound) =>
    feeding(sound, (entries, listener) =>
      listener.onEntries(
        0,
        entries.map(({ to: _, ...entry }) => entry),
      ),
    ),
  "gives a message the position in the feed that its append was told": (sound) =>
    feeding(sound, (entries, listener) =>
      listener.onEntries(
        0,
        entries.map((entry) => ({ ...entry, position: entry.position + 1 })),
      ),
    ),
  "reports no gap in a feed that misses nothing": (sound) =>
    feeding(sound, (entries, listener) => {
      listener.onGap(0, 0, 0);
      listener.onEntries(0, entries);
    }),
  "keeps the order of messages that are appended while the feed is heard": (sound) =>
    feeding(sound, (entries, listener) => {
      if (!entries[0]?.json.includes("answer")) listener.onEntries(0, entries);
      else queueMicrotask(() => listener.onEntries(0, entries));
    }),
  "is in the feed of every node in the same order": (sound, view) =>
    feeding(sound, (entries, listener) => {
      if (view === 0 || !entries[0]?.json.includes("1")) listener.onEntries(0, entries);
    }),
  "reads on after a position, up to the limit, and says whether more follows": ({ log }) => ({
    log: { read: (partition, after) => log.read(partition, after, 1_000) },
  }),
  "reads nothing after its head, and misses nothing there": (sound) =>
    reading(sound, (result) => ({ ...result, hasGap: result.entries.length === 0 })),
  "can be read as soon as an append has settled": (sound) =>
    reading(sound, (result) => ({ ...result, entries: result.entries.slice(0, -1) })),
  "reports a gap to who asks for messages that it has forgotten": (sound) =>
    reading(sound, (result) => ({ ...result, hasGap: false })),
  "reports a gap to who misses only the last message that it has forgotten": (sound) =>
    looking(sound, (after) => after + 1),
  "reports no gap to who has seen the last message that it has forgotten": (sound) =>
    looking(sound, (after) => Math.max(after - 1, 0)),
  "reports no gap to who asks for messages that it still has": (sound) =>
    reading(sound, (result) => ({ ...result, hasGap: true })),
  "keeps the newest messages when it forgets": ({ log }) => {
    let count = 0;
    return {
      log: {
        append: (publication) =>
          count++ < 20 ? log.append(publication) : { position: count, isDuplicate: false },
      },
    };
  },
  "stores a publication that is repeated once, and says that it was there": (sound) =>
    changing(sound, ({ producer: _, ...rest }) => rest),
  "stores a publication once that is repeated while it is on its way": ({ log }) => {
    const seen = new Set<string>();
    return {
      log: {
        append: async ({ producer, ...rest }) => {
          const isDuplicate = seen.has(JSON.stringify(producer));
          await undefined;
          seen.add(JSON.stringify(producer));
          return isDuplicate ? { position: 1, isDuplicate } : log.append(rest);
        },
      },
    };
  },
  "takes a sequence below the last one for a duplicate, and leaves room for holes": ({ log }) => {
    const seen = new Set<string>();
    return {
      log: {
        append: ({ producer, ...rest }) => {
          const isDuplicate = seen.has(JSON.stringify(producer));
          seen.add(JSON.stringify(producer));
          return isDuplicate ? { position: 1, isDuplicate } : log.append(rest);
        },
      },
    };
  },
  "counts the sequences of each producer apart": (sound) =>
    changing(sound, ({ producer, ...rest }) =>
      producer === undefined ? rest : { ...rest, producer: { ...producer, key: "the same" } },
    ),
  "takes any text for a key: halves of characters, controls, separators, nothing": (sound) =>
    changing(sound, ({ producer, ...rest }) => {
      const key = Buffer.from(producer?.key ?? "").toString();
      return producer === undefined ? rest : { ...rest, producer: { ...producer, key } };
    }),
  "feeds nothing of a duplicate": ({ log }) => {
    let listener: ILogListener | undefined;
    return {
      log: {
        open: (heard) => {
          listener = heard;
          return log.open(heard);
        },
        append: async (publication) => {
          const result = await log.append(publication);
          if (result.isDuplicate) listener?.onEntries(0, [{ ...publication, ...result }]);
          return result;
        },
      },
    };
  },
};

function appending(
  { log }: Parameters<Breakage>[0],
  change: (result: AppendResult) => AppendResult,
): ReturnType<Breakage> {
  return { log: { append: async (publication) => change(await log.append(publication)) } };
}

function changing(
  { log }: Parameters<Breakage>[0],
  change: (publication: Publication) => Publication,
): ReturnType<Breakage> {
  return { log: { append: (publication) => log.append(change(publication)) } };
}

function reading(
  { log }: Parameters<Breakage>[0],
  change: (result: ReadResult) => ReadResult,
): ReturnType<Breakage> {
  return { log: { read: async (...place) => change(await log.read(...place)) } };
}

/** Looks for the gap at another position than the one that was asked for. */
function looking(
  { log }: Parameters<Breakage>[0],
  place: (after: Position) => Position,
): ReturnType<Breakage> {
  return {
    log: {
      read: async (partition, after, limit) => {
        const { hasGap } = await log.read(partition, place(after), limit);
        return { ...(await log.read(partition, after, limit)), hasGap };
      },
    },
  };
}
