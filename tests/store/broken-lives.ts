import type { ClientRecord } from "@encke/core";
import { type Breakage, withoutNews } from "./breakage.ts";

const LONG = 10_000_000;
const never = (): Promise<never> => new Promise<never>(() => {});

/** For each rule of how clients and stores end, by the name of its case, a store that breaks it. */
export const brokenLives: Readonly<Record<string, Breakage>> = {
  "hands a destroyed client to one of many who destroy it at once": ({ clients }) => {
    const destroyed = new Map<string, ClientRecord | undefined>();
    return {
      clients: {
        destroy: async (id, reason) => {
          const record = (await clients.destroy(id, reason)) ?? destroyed.get(id);
          destroyed.set(id, record);
          return record;
        },
      },
    };
  },
  "forgets all that belongs to a destroyed client": ({ clients }) => ({
    clients: { destroy: (id) => clients.claim(id, "nobody", LONG) },
  }),
  "forgets all that belongs to a reaped client": (sound) =>
    recalling(sound, "reaped", (made, { subscriptions }) => ({ ...made, subscriptions })),
  "lets a client that has the id of a destroyed one begin at the head of the log": (sound) =>
    recalling(sound, "destroyed", (made, { cursor }) => ({ ...made, cursor })),
  "lets a client that has the id of a reaped one begin at the head of the log": (sound) =>
    recalling(sound, "reaped", (made, { cursor }) => ({ ...made, cursor })),
  "reaps a client when its time has passed, and not before": () => ({
    clients: { reap: () => [] },
  }),
  "returns what a reaped client was": ({ clients }) => ({
    clients: {
      reap: async (limit) => (await clients.reap(limit)).map((gone) => ({ ...gone, data: "" })),
    },
  }),
  "hands each expired client to one of many who reap at once": ({ clients }) => {
    const reaped: ClientRecord[] = [];
    return {
      clients: {
        reap: async (limit) => {
          reaped.push(...(await clients.reap(limit)));
          return [...reaped];
        },
      },
    };
  },
  "reaps no more clients at once than it is asked to": ({ clients }) => ({
    clients: { reap: () => clients.reap(100) },
  }),
  "names the clients that it does not know when it is told that they live": ({ clients }) => ({
    clients: {
      touch: async (...args) => {
        await clients.touch(...args);
        return [];
      },
    },
  }),
  "lets a client live on from the time it is touched": () => ({ clients: { touch: () => [] } }),
  "lets a client live on from the time it is claimed": ({ clients }) => ({
    clients: { claim: (id, node, _, ack) => clients.claim(id, node, 1, ack) },
  }),
  "lets a touch make the life of a client shorter": ({ clients }) => ({
    clients: { touch: (ids) => clients.touch(ids, LONG) },
  }),
  "tells the node that serves a client that another one has ended it": withoutNews,
  "declares what the kit was told": ({ capabilities }) => ({
    store: { capabilities: { ...capabilities, durability: "none" } },
  }),
  "settles all that was asked of it before it was closed": () => ({ log: { append: never } }),
  "closes within its deadline": () => ({ store: { close: never } }),
  "does nothing when it is closed a second time": (sound) => {
    let isClosed = false;
    return {
      store: {
        close: async (deadlineMs) => {
          if (isClosed) throw new Error("It is closed.");
          isClosed = true;
          await sound.close(deadlineMs);
        },
      },
    };
  },
  "tells nothing more when it is closed": () => ({ store: { close: () => {} } }),
  "leaves no timer of its host behind when it is closed": (sound) => ({
    store: {
      open: (host) => {
        host.after(1_000, () => {});
        return sound.open(host);
      },
    },
  }),
  "has its clients again after a restart, as they were": (_, view) =>
    view === 0 ? {} : { clients: { claim: () => undefined } },
  "gives out no position after a restart that it gave out before": (_, view) =>
    view === 0 ? {} : { log: { append: () => ({ position: 1, isDuplicate: false }) } },
  "returns or reports after a restart what a client has not seen before it": (_, view) =>
    view === 0 ? {} : { log: { read: () => ({ entries: [], isComplete: true, hasGap: false }) } },
};

/** Makes a client anew with something of the one that had its id before and that ended in this way. */
function recalling(
  { clients }: Parameters<Breakage>[0],
  ending: "destroyed" | "reaped",
  change: (made: ClientRecord, gone: ClientRecord) => ClientRecord,
): ReturnType<Breakage> {
  const ended = {
    destroyed: new Map<string, ClientRecord>(),
    reaped: new Map<string, ClientRecord>(),
  };
  return {
    clients: {
      destroy: async (...args) => {
        const record = await clients.destroy(...args);
        if (record !== undefined) ended.destroyed.set(record.id, record);
        return record;
      },
      reap: async (limit) => {
        const records = await clients.reap(limit);
        for (const record of records) ended.reaped.set(record.id, record);
        return records;
      },
      create: async (...args) => {
        const made = await clients.create(...args);
        const gone = ended[ending].get(made.id);
        return gone === undefined ? made : change(made, gone);
      },
    },
  };
}
