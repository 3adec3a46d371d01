import type { IStore, StoreCapabilities } from "@encke/core";
import { MemoryStore } from "@encke/store-memory";
import type { StoreDeclaration, StoreUnderTest } from "@encke/store-testkit";
import { sharedDeclaration, subjectWith } from "./breakage.ts";
import { delegate } from "./delegate.ts";
import { SharedStore } from "./shared-store.ts";

interface Withheld {
  /** Has the ability, and is said not to. */
  readonly subject: StoreUnderTest;
  /** Really has it not. */
  readonly createLacking: () => IStore;
}

const sound = subjectWith(() => ({}), 2_000);

/** For each ability of a store, one that keeps it to itself, and one that lacks it. */
export const withheld: Readonly<Record<string, Withheld>> = {
  "producer keys": saying({ producerKeys: false }),
  "many nodes": saying({ nodes: "one" }),
  durability: saying({ durability: "none" }),
  history: {
    subject: { ...sound, declares: { ...sharedDeclaration, history: false } },
    createLacking: () => without("history"),
  },
  presence: {
    subject: { ...sound, declares: { ...sharedDeclaration, presence: false } },
    createLacking: () => without("presence"),
  },
  forgetting: {
    subject: neverForgetting(() => new SharedStore({ maxBytes: 64 * 1024 })),
    createLacking: () => new MemoryStore(),
  },
};

function saying(change: Partial<StoreCapabilities>): Withheld {
  const declares: StoreDeclaration = { ...sharedDeclaration, ...change };
  const { history: _, presence: __, ...capabilities } = declares;
  return {
    subject: { ...sound, declares },
    createLacking: () => delegate<IStore>(new SharedStore(), { capabilities }),
  };
}

function without(part: "history" | "presence"): IStore {
  const { capabilities, log, clients, history, presence, ...rest } = lifted(new SharedStore());
  const store = { ...rest, capabilities, log, clients };
  return part === "history" ? { ...store, presence } : { ...store, history };
}

function lifted(store: SharedStore): Required<IStore> {
  const { capabilities, log, clients, history, presence } = store;
  return {
    ...{ capabilities, log, clients, history, presence },
    open: (host) => store.open(host),
    close: () => store.close(),
  };
}

function neverForgetting(create: () => IStore): StoreUnderTest {
  const { createForgetful: _, ...subject } = sound;
  return { ...subject, create };
}
