import type { ClientRecord, Cursor, IClientRepository, IStore, Lease } from "@encke/core";
import { type Breakage, type Changes, withoutNews } from "./breakage.ts";

const LONG = 10_000_000;

/** For each rule of the clients, by the name of its case, a store that breaks it. */
export const brokenClients: Readonly<Record<string, Breakage>> = {
  "creates a client of generation 1, without owner and subscriptions, at the head of the log": ({
    clients,
  }) => ({
    clients: {
      create: async (...args) => ({ ...(await clients.create(...args)), cursor: [0] }),
    },
  }),
  "refuses to create a client that exists, and leaves that one as it is": ({ clients }) => ({
    clients: {
      create: async (id, ...rest) => {
        await clients.destroy(id, "replaced");
        return clients.create(id, ...rest);
      },
    },
  }),
  "lets one of many have an id that they create at once": ({ clients }) => {
    const known = new Set<string>();
    return {
      clients: {
        create: async (id, ...rest) => {
          const isKnown = known.has(id);
          await undefined;
          if (isKnown) throw new Error("It exists.");
          known.add(id);
          void clients.destroy(id, "replaced");
          return clients.create(id, ...rest);
        },
      },
    };
  },
  "knows nothing of a client that was never created": ({ clients }) => ({
    clients: {
      claim: async (id, ...rest) => {
        const claimed = await clients.claim(id, ...rest);
        if (claimed === undefined) await clients.create(id, "{}", LONG);
        return claimed ?? clients.claim(id, ...rest);
      },
    },
  }),
  "answers with records that later changes leave as they are": ({ clients }) => {
    const records = new Map<string, object>();
    const live = async (answer: Promise<ClientRecord | undefined>): Promise<ClientRecord> => {
      const record = (await answer) as ClientRecord;
      records.set(record.id, Object.assign(records.get(record.id) ?? {}, record));
      return records.get(record.id) as ClientRecord;
    };
    return {
      clients: {
        create: (...args) => live(Promise.resolve(clients.create(...args))),
        claim: (...args) => live(Promise.resolve(clients.claim(...args))),
      },
    };
  },
  "keeps the data of a client to the byte, and 1 MB of it": ({ clients }) => ({
    clients: { create: (id, data, ttlMs) => clients.create(id, data.slice(0, 65_536), ttlMs) },
  }),
  "takes every id for a plain text": ({ clients }) => ({
    clients: {
      claim: (id, ...rest) => (id in {} ? ({} as ClientRecord) : clients.claim(id, ...rest)),
    },
  }),
  "counts its clients": ({ clients }) => {
    let count = 0;
    return {
      clients: {
        create: (...args) => {
          count++;
          return clients.create(...args);
        },
        count: () => count,
      },
    };
  },
  "makes who claims a client its owner, and the generation one higher": (sound) =>
    claiming(sound, ({ owner: _, ...record }) => record),
  "gives every claim its own generation, however many nodes race for a client": (sound) =>
    claiming(sound, (record) => ({ ...record, generation: 2 })),
  "moves the cursor on to what a claim acknowledges": ({ clients }) => ({
    clients: { claim: (id, node, ttlMs) => clients.claim(id, node, ttlMs) },
  }),
  "never moves a cursor back to what a claim acknowledges": (sound) =>
    claiming(sound, (record, ack) => ({ ...record, cursor: ack ?? record.cursor })),
  "keeps how far its owner says a client has got": () => ({ clients: { commit: () => true } }),
  "refuses a commit from before the last claim, and writes nothing of it": (sound) =>
    underTheLastLease(sound, ({ clients }, lease) => ({
      commit: (id, _, ...rest) => clients.commit(id, lease(), ...rest),
    })),
  "keeps apart how far several clients have got that their owner tells of in one turn": ({
    clients,
  }) => {
    let first: Promise<boolean> | undefined;
    return {
      clients: {
        commit: (...args) => {
          first ??= Promise.resolve(clients.commit(...args)).finally(() => {
            first = undefined;
          });
          return first;
        },
      },
    };
  },
  "keeps what its owner writes anew, in the record alone that comes after": () => ({
    clients: { rewrite: () => true },
  }),
  "refuses to write anew before the last claim and after the end, and writes nothing of it": (
    sound,
  ) =>
    underTheLastLease(sound, ({ clients }, lease) => ({
      rewrite: (id, _, data) => clients.rewrite(id, lease(), data),
    })),
  "takes the generation of a lease for nothing without the node that claimed the client": (sound) =>
    underTheLastLease(sound, ({ clients }, lease) => ({
      rewrite: (id, { generation }, data) => clients.rewrite(id, { ...lease(), generation }, data),
    })),
  "tells the node that served a client that another one has claimed it": withoutNews,
  "lets a subscription apply from the head of the log on": ({ clients }) => ({
    clients: {
      subscribe: async (...args) => (await clients.subscribe(...args))?.map((head) => head + 1),
    },
  }),
  "answers a repeated subscription with its first cursor": ({ clients }) => ({
    clients: {
      subscribe: async (...args) => {
        await clients.unsubscribe(...args);
        return clients.subscribe(...args);
      },
    },
  }),
  "subscribes anew from the head after it unsubscribed": ({ clients }) => {
    const first = new Map<string, Cursor | undefined>();
    return {
      clients: {
        subscribe: async (...args) => {
          const key = args.join(" ");
          const cursor = await clients.subscribe(...args);
          if (!first.has(key)) first.set(key, cursor);
          return first.get(key);
        },
      },
    };
  },
  "unsubscribes what is subscribed, and says so once": ({ clients }) => ({
    clients: {
      unsubscribe: async (...args) => {
        await clients.unsubscribe(...args);
        return true;
      },
    },
  }),
  "hands every subscription with its cursor to who claims the client": (sound) =>
    claiming(sound, (record) => ({
      ...record,
      subscriptions: new Map([...record.subscriptions].slice(1)),
    })),
  "finds who is subscribed to a channel, by its name and by patterns, and nobody else": (sound) =>
    finding(sound, (ids) => ids.filter((id) => id !== "deep")),
  "names a subscriber once, in order of the ids, page by page": (sound) =>
    finding(sound, (ids) => [...ids].reverse()),
  "no longer finds who has unsubscribed or is gone": () => ({
    clients: { unsubscribe: () => true },
  }),
  "tells the node that serves a client what another node changes of its subscriptions": withoutNews,
};

function claiming(
  { clients }: Parameters<Breakage>[0],
  change: (record: ClientRecord, ack?: Cursor) => ClientRecord,
): ReturnType<Breakage> {
  return {
    clients: {
      claim: async (id, node, ttlMs, ack) => {
        const record = await clients.claim(id, node, ttlMs, ack);
        return record === undefined ? undefined : change(record, ack);
      },
    },
  };
}

function finding(
  { clients }: Parameters<Breakage>[0],
  change: (ids: readonly string[]) => readonly string[],
): ReturnType<Breakage> {
  return {
    clients: {
      whereSubscribedTo: async (...args) => {
        const page = await clients.whereSubscribedTo(...args);
        return { ...page, ids: change(page.ids) };
      },
    },
  };
}

/** Takes the lease of the last claim for any other. */
function underTheLastLease(
  sound: Required<IStore>,
  change: (sound: Required<IStore>, lease: () => Lease) => Partial<IClientRepository>,
): Changes {
  let lease: Lease = { node: "", generation: 0 };
  return {
    clients: {
      claim: async (id, node, ...rest) => {
        const record = await sound.clients.claim(id, node, ...rest);
        lease = { node, generation: record?.generation ?? 0 };
        return record;
      },
      ...change(sound, () => lease),
    },
  };
}
