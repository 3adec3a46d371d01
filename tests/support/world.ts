import {
  type Comet,
  type CometOptions,
  createComet,
  type IStore,
  type Message,
  type RequestContext,
} from "@encke/core";
import { MemoryStore } from "@encke/store-memory";
import { asyncStore, HandDrivenScheduler, type PendingCall } from "@encke/store-testkit";
import { FakePorts } from "./fake-ports.ts";
import { type Exchange, Talker } from "./talker.ts";

/** How the store of a world answers. */
export interface StoreKind {
  readonly name: string;
  /** Missing: at once. Otherwise the index of the pending call that is answered next. */
  readonly next?: (pending: readonly PendingCall[]) => number;
  readonly worksAt?: "call" | "release";
}

/** A store that answers at once, and stores that answer later, in orders that are as unlike as can be. */
export const STORE_KINDS: readonly StoreKind[] = [
  { name: "a store that answers at once" },
  { name: "a store that answers later, in order", next: () => 0 },
  { name: "a store that answers later, newest first", next: ({ length }) => length - 1 },
  {
    name: "a store that works later, newest first",
    next: ({ length }) => length - 1,
    worksAt: "release",
  },
];

export const AT_ONCE = STORE_KINDS[0] as StoreKind;
export const LATER = STORE_KINDS[1] as StoreKind;
export const WORKS_LATER = STORE_KINDS[3] as StoreKind;

export interface WorldOptions extends Omit<CometOptions, "store" | "ports"> {
  readonly kind?: StoreKind;
  /** @default a memory store */
  readonly store?: IStore;
  /** To share the clock with another world. @default ports of its own */
  readonly ports?: FakePorts;
}

/** A Comet with everything around it driven by hand. */
export class World {
  readonly comet: Comet;
  readonly ports: FakePorts;
  /** The store itself, which answers at once. */
  readonly store: IStore;
  readonly scheduler: HandDrivenScheduler;
  readonly #next: (pending: readonly PendingCall[]) => number;

  constructor({ kind = AT_ONCE, store = new MemoryStore(), ports, ...options }: WorldOptions = {}) {
    const { next, worksAt = "call" } = kind;
    this.ports = ports ?? new FakePorts();
    this.store = store;
    this.scheduler = new HandDrivenScheduler({ worksAt });
    this.#next = next ?? (() => 0);
    this.comet = createComet({
      ...options,
      store: next === undefined ? store : asyncStore(store, this.scheduler),
      ports: this.ports,
    });
    for (const type of ["long-polling", "websocket"]) this.comet.announce(type);
  }

  /** Until nothing more happens unless time passes: the store answers, turns end, promises settle. */
  async settle(): Promise<void> {
    do {
      await this.scheduler.drain(this.#next);
      this.ports.endTurns();
      await this.scheduler.settle();
    } while (this.scheduler.pending.length + this.ports.turns > 0);
  }

  /** The same, but calls of this method of the store are not answered. */
  async settleAllBut(method: string): Promise<void> {
    for (;;) {
      await this.scheduler.settle();
      this.ports.endTurns();
      const next = this.scheduler.pending.findIndex((call) => call.method !== method);
      if (next === -1) return;
      this.scheduler.release(next);
    }
  }

  /** Lets time pass, and all that comes of it happen at its time. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 100) {
      this.ports.advance(Math.min(left, 100));
      await this.settle();
    }
  }

  /** The answer to a request that is not held, when it has reached the peer. */
  async answer({ responder }: Exchange): Promise<readonly Message[]> {
    await this.settle();
    responder.flush();
    await this.settle();
    return responder.received;
  }

  /** The first reply of an answer. */
  async reply(exchange: Exchange): Promise<Message> {
    const [reply] = await this.answer(exchange);
    if (reply === undefined) throw new Error("There is no answer.");
    return reply;
  }

  /** A client that has shaken hands. */
  async client(context: Partial<RequestContext> = {}): Promise<Talker> {
    const talker = new Talker(this.comet, context);
    const { clientId, error } = await this.reply(talker.handshake());
    if (clientId === undefined) throw new Error(`No handshake: ${error}`);
    talker.clientId = clientId;
    return talker;
  }

  /** A client that has connected once, so that its next connect is held. */
  async connected(): Promise<Talker> {
    const talker = await this.client();
    await this.answer(talker.poll());
    return talker;
  }

  /** A connected client that is subscribed. */
  async subscriber(...patterns: readonly string[]): Promise<Talker> {
    const talker = await this.connected();
    if (patterns.length > 0) await this.answer(talker.subscribe(...patterns));
    return talker;
  }

  /** Closes the Comet. Resolves when it is closed; a silent store answers nothing until then. */
  async close({ isStoreSilent = false } = {}): Promise<void> {
    let isClosed = false;
    const closed = this.comet.close().then(() => {
      isClosed = true;
    });
    while (!isClosed) {
      if (!isStoreSilent) await this.settle();
      await this.scheduler.settle();
      if (!isClosed) this.ports.advance(50);
    }
    await closed;
  }
}
