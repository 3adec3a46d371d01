import type { ClientDirectory } from "../clients/client-directory.ts";
import type { HeldRequests } from "../clients/held-requests.ts";
import { putAllBack } from "../clients/putting-back.ts";
import { type Awaitable, attempt, chain } from "../ports/awaitable.ts";
import type { Log, Ports } from "../ports/ports.ts";
import { type TimerWheel, WheelTimer } from "../ports/timer-wheel.ts";
import type { IStore } from "../store/store.ts";

/** How many clients are kept alive, or removed, by one call of the store. */
const AT_ONCE = 1_000;

export interface HouseKeepingParts {
  readonly store: IStore;
  readonly clients: ClientDirectory;
  readonly held: HeldRequests;
  readonly wheel: TimerWheel;
  /** The name of this process. */
  readonly node: string;
  /** Milliseconds that the store keeps a client of which it hears nothing. */
  readonly ttl: number;
  readonly log: Log;
  readonly ports: Pick<Ports, "now">;
}

/** Tells the store from time to time which clients live, and asks it which ones nobody serves any more. */
export class HouseKeeping {
  readonly #parts: HouseKeepingParts;
  readonly #timer = new WheelTimer(() => this.#round());
  #isOver = false;

  constructor(parts: HouseKeepingParts) {
    this.#parts = parts;
  }

  start(): void {
    const { store, wheel } = this.#parts;
    if (store.capabilities.nodes === "many") wheel.onStandstill = () => this.#checkAll();
    if (!this.#isOver) this.#parts.wheel.set(this.#timer, this.#parts.ttl / 4);
  }

  /** For good: a round that is under way ends with the call that it waits for. */
  stop(): void {
    this.#isOver = true;
    this.#parts.wheel.onStandstill = undefined;
    this.#parts.wheel.clear(this.#timer);
  }

  /** The store has forgotten its clients: it is told which of them are here. */
  putAllBack(): void {
    putAllBack(this.#parts.clients.local, this.#parts);
  }

  /** Clients that got no answer have gone to other nodes, and the news of that may take longer than what else comes. */
  #checkAll(): void {
    const { clients, held } = this.#parts;
    for (const client of clients.local) {
      client.isDoubtful = true;
      void chain(clients.isStillServed(client), (isOurs) => {
        client.isDoubtful = false;
        if (isOurs) held.deliveries.mark(client);
        else if (client.isAlive) clients.leave(client);
      });
    }
  }

  #round(): void {
    const { clients, ports, ttl } = this.#parts;
    const ids = Array.from(clients.local, ({ id }) => id);
    const begun = ports.now();
    // Where the store has long been silent, it may know less of them than this node: it is told again before anybody is given up.
    const isFresh = (): boolean => ports.now() - begun < ttl / 2;
    const done = attempt(
      () => chain(this.#touch(ids, 0), () => (isFresh() ? this.#reap() : undefined)),
      (cause) => this.#parts.log("warn", "The store could not be kept in order.", { cause }),
    );
    void chain<unknown, void>(done, () => this.start());
  }

  #touch(ids: readonly string[], from: number): Awaitable<void> {
    if (from >= ids.length || this.#isOver) return;
    const some = ids.slice(from, from + AT_ONCE);
    return chain(this.#parts.store.clients.touch(some, this.#parts.ttl), (unknown) => {
      for (const id of unknown) this.#parts.clients.lost(id);
      return this.#touch(ids, from + AT_ONCE);
    });
  }

  #reap(): Awaitable<void> {
    if (this.#isOver) return;
    return chain(this.#parts.store.clients.reap(AT_ONCE), (records) => {
      for (const record of records) this.#parts.clients.buried(record);
      if (records.length === AT_ONCE) return this.#reap();
    });
  }
}
