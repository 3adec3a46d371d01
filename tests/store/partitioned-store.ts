import type { ILogListener, IMessageLog, IStore, StoreCapabilities, StoreHost } from "@encke/core";
import { type ClientNews, MemoryClients, MemoryLog } from "@encke/store-memory";
import { delegate } from "./delegate.ts";

/** Far apart, so that a position of one partition is never taken for that of another. */
const BEGINNINGS = [0, 1_000_000, 2_000];

class PartitionedData {
  readonly logs: readonly MemoryLog[];
  readonly clients: MemoryClients;
  readonly listeners = new Set<ILogListener>();
  #node = "";

  constructor() {
    const logs = BEGINNINGS.map((startAfter) => new MemoryLog({ startAfter }));
    this.logs = logs;
    this.clients = new MemoryClients({
      get heads() {
        return logs.map((log) => log.head());
      },
      announce: (news: ClientNews) => logs[partitionOf(news.client)]?.announce(news),
    });
  }

  open(host: StoreHost): void {
    const node = (): string => this.#node;
    const owner = {
      get node() {
        return node();
      },
      now: () => host.now(),
    };
    this.clients.open(owner);
    for (const [partition, log] of this.logs.entries()) {
      log.open({
        onEntries: (_, entries) => this.#tell((heard) => heard.onEntries(partition, entries)),
        onControl: (_, news) => this.#tell((heard) => heard.onControl(partition, news)),
        onGap: (_, ...gap) => this.#tell((heard) => heard.onGap(partition, ...gap)),
        onState: (state) => this.#tell((heard) => heard.onState(state)),
      });
    }
  }

  workFor(node: string): void {
    this.#node = node;
  }

  #tell(tell: (listener: ILogListener) => void): void {
    for (const listener of this.listeners) tell(listener);
  }
}

/** One node's view of a log of several partitions that many nodes share, within one process. */
export class PartitionedStore implements IStore {
  readonly capabilities: StoreCapabilities = {
    nodes: "many",
    durability: "restart",
    producerKeys: true,
  };
  readonly log: IMessageLog;
  readonly clients: IStore["clients"];
  readonly #data: PartitionedData;
  readonly #isFirst: boolean;
  #node = "";
  #listener: ILogListener | undefined;

  constructor(shared?: PartitionedStore) {
    this.#isFirst = shared === undefined;
    this.#data = shared === undefined ? new PartitionedData() : shared.#data;
    const { logs, clients } = this.#data;
    const at = (partition: number): MemoryLog => logs[partition] as MemoryLog;
    this.clients = delegate<IStore["clients"]>(clients, {}, () => this.#data.workFor(this.#node));
    this.log = {
      partitions: logs.length,
      partitionOf,
      append: (publication) => at(partitionOf(publication.channel)).append(publication),
      open: (listener) => this.#listen(listener),
      read: (partition, after, limit) => at(partition).read(partition, after, limit),
      head: (partition) => at(partition).head(),
    };
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

function partitionOf(text: string): number {
  return (text.codePointAt(text.length - 1) ?? 0) % BEGINNINGS.length;
}
