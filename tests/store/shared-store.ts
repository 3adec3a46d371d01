import type { ILogListener, IStore, StoreCapabilities, StoreHost } from "@encke/core";
import { MemoryStore, type MemoryStoreOptions } from "@encke/store-memory";
import { delegate } from "./delegate.ts";

/** What several nodes of one test share: a memory store that says on whose behalf it works. */
class SharedData {
  readonly centre: MemoryStore;
  readonly listeners = new Set<ILogListener>();
  #node = "";

  constructor(options: MemoryStoreOptions) {
    this.centre = new MemoryStore(options);
  }

  open(host: StoreHost): void {
    const node = (): string => this.#node;
    this.centre.open({
      get node() {
        return node();
      },
      now: () => host.now(),
      after: (ms, callback) => host.after(ms, callback),
      log: host.log,
    });
    this.centre.log.open({
      onEntries: (...news) => this.#tell((listener) => listener.onEntries(...news)),
      onControl: (...news) => this.#tell((listener) => listener.onControl(...news)),
      onGap: (...news) => this.#tell((listener) => listener.onGap(...news)),
      onState: (state) => this.#tell((listener) => listener.onState(state)),
    });
  }

  workFor(node: string): void {
    this.#node = node;
  }

  #tell(tell: (listener: ILogListener) => void): void {
    for (const listener of this.listeners) tell(listener);
  }
}

/**
 * One node's view of data that outlive it and that other nodes see, too: a store with every ability,
 * within one process, so that every case of the kit has a store that passes it.
 */
export class SharedStore implements IStore {
  readonly capabilities: StoreCapabilities = {
    nodes: "many",
    durability: "restart",
    producerKeys: true,
  };
  readonly log: IStore["log"];
  readonly clients: IStore["clients"];
  readonly history: NonNullable<IStore["history"]>;
  readonly presence: NonNullable<IStore["presence"]>;
  readonly #data: SharedData;
  readonly #isFirst: boolean;
  #node = "";
  #listener: ILogListener | undefined;

  constructor(shared: SharedStore | MemoryStoreOptions = {}) {
    this.#isFirst = !(shared instanceof SharedStore);
    this.#data = shared instanceof SharedStore ? shared.#data : new SharedData(shared);
    const { centre } = this.#data;
    const before = (): void => this.#data.workFor(this.#node);
    this.log = delegate<IStore["log"]>(
      centre.log,
      { open: (heard) => this.#listen(heard) },
      before,
    );
    this.clients = delegate<IStore["clients"]>(centre.clients, {}, before);
    this.history = delegate(centre.history as NonNullable<IStore["history"]>, {}, before);
    this.presence = delegate(centre.presence as NonNullable<IStore["presence"]>, {}, before);
  }

  open(host: StoreHost): void {
    this.#node = host.node;
    if (this.#isFirst) this.#data.open(host);
  }

  close(): void {
    if (this.#listener !== undefined) this.#data.listeners.delete(this.#listener);
  }

  #listen(listener: ILogListener): void {
    this.#listener = listener;
    this.#data.listeners.add(listener);
  }
}
