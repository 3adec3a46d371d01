import type {
  IClientRepository,
  IHistory,
  ILogListener,
  IMessageLog,
  IPresence,
  IStore,
  LogEntry,
} from "@encke/core";
import type { StoreUnderTest } from "@encke/store-testkit";
import { delegate } from "./delegate.ts";
import { SharedStore } from "./shared-store.ts";

/** What a broken store does otherwise than the one it stands on. */
export interface Changes {
  readonly store?: Partial<IStore>;
  readonly log?: Partial<IMessageLog>;
  readonly clients?: Partial<IClientRepository>;
  readonly history?: Partial<IHistory>;
  readonly presence?: Partial<IPresence>;
}

/** Breaks one rule of a store. `view` counts the stores on the same data from 0. */
export type Breakage = (sound: Required<IStore>, view: number) => Changes;

export const sharedDeclaration = {
  nodes: "many",
  durability: "restart",
  producerKeys: true,
  history: true,
  presence: true,
} as const;

/** A store that passes the whole kit, with one rule broken. */
export function subjectWith(breakage: Breakage, patience = 50): StoreUnderTest {
  const soundOnes = new WeakMap<IStore, SharedStore>();
  const broken = (sound: SharedStore, view: number): IStore => {
    const store = breakStore(sound, breakage(sound, view));
    soundOnes.set(store, sound);
    return store;
  };
  const next = (store: IStore): IStore => broken(new SharedStore(soundOnes.get(store)), 1);
  return {
    name: "a broken store",
    declares: sharedDeclaration,
    create: () => broken(new SharedStore(), 0),
    createForgetful: () => broken(new SharedStore({ maxBytes: 64 * 1024 }), 0),
    join: next,
    reopen: next,
    patience,
  };
}

function breakStore(sound: SharedStore, changes: Changes): IStore {
  return delegate<IStore>(sound, {
    log: delegate<IMessageLog>(sound.log, changes.log ?? {}),
    clients: delegate<IClientRepository>(sound.clients, changes.clients ?? {}),
    history: delegate<IHistory>(sound.history, changes.history ?? {}),
    presence: delegate<IPresence>(sound.presence, changes.presence ?? {}),
    ...changes.store,
  });
}

/** Lets entries pass to the listener otherwise than the log does. */
export function feeding(
  { log }: IStore,
  pass: (entries: readonly LogEntry[], listener: ILogListener) => void,
): Changes {
  return {
    log: {
      open: (listener) =>
        log.open({
          onEntries: (_, entries) => pass(entries, listener),
          onControl: (...news) => listener.onControl(...news),
          onGap: (...news) => listener.onGap(...news),
          onState: (state) => listener.onState(state),
        }),
    },
  };
}

/** Keeps all news of clients from the listener. */
export const withoutNews: Breakage = ({ log }) => ({
  log: { open: (listener) => log.open(delegate(listener, { onControl: () => {} })) },
});
