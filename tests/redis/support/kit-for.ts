import { randomUUID } from "node:crypto";
import type { IStore } from "@encke/core";
import { type RedisPort, RedisStore } from "@encke/store-redis";
import { testStore } from "@encke/store-testkit";
import { describe, it } from "vitest";
import { ShiftedClock } from "./shifted-clock.ts";

interface Data {
  readonly prefix: string;
  readonly clock: ShiftedClock;
  readonly maxBytes?: number;
}

/** Runs the kit of stores on a Redis: each store with keys and a clock of its own. */
export function kitFor(name: string, port: RedisPort, partitions: number): void {
  const stores = new Map<IStore, Data>();
  const storeOn = ({ clock, ...options }: Data): RedisStore => {
    const store = new RedisStore({ ...options, partitions, port: clock.port });
    stores.set(store, { clock, ...options });
    return store;
  };
  const create = (more: Partial<Data> = {}): RedisStore =>
    storeOn({ prefix: randomUUID(), clock: new ShiftedClock(port), ...more });
  const again = (store: IStore): RedisStore => storeOn(stores.get(store) as Data);

  testStore(
    { describe, it },
    {
      name: `RedisStore through ${name}`,
      declares: {
        nodes: "many",
        durability: "repaired",
        producerKeys: true,
        history: true,
        presence: true,
      },
      create: () => create(),
      createForgetful: () => create({ maxBytes: 64 * 1024 }),
      join: again,
      reopen: again,
      letTimePass: (store, ms) => stores.get(store)?.clock.advance(ms),
    },
  );
}
