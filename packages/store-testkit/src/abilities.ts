import { expectSame, expectThat } from "./expectations.ts";
import { readAll } from "./read-all.ts";
import { jsonOf, type StoreBench } from "./store-bench.ts";
import type { StoreUnderTest } from "./store-under-test.ts";
import { inTurn } from "./together.ts";

/** What not every store can do. */
export type Ability =
  | "producer keys"
  | "many nodes"
  | "durability"
  | "history"
  | "presence"
  | "forgetting";

interface AbilityRule {
  isDeclaredBy(subject: StoreUnderTest): boolean;
  /** Why the kit does not ask, for the test's name. */
  readonly lack: string;
  /** That the store really says so, or does so. */
  checkLack(bench: StoreBench): Promise<void> | void;
}

/** More than a forgetful store may keep: 1,000 messages of 1 KiB. */
export const MANY = 1_000;
export const LONG_TEXT: string = "x".repeat(1_024);

export const ABILITIES: Readonly<Record<Ability, AbilityRule>> = {
  "producer keys": {
    isDeclaredBy: ({ declares }) => declares.producerKeys,
    lack: "capabilities.producerKeys is false",
    checkLack: ({ store }) => expectSame(store.capabilities.producerKeys, false, "producerKeys"),
  },
  "many nodes": {
    isDeclaredBy: ({ declares }) => declares.nodes === "many",
    lack: 'capabilities.nodes is "one"',
    checkLack: ({ store }) => expectSame(store.capabilities.nodes, "one", "nodes"),
  },
  durability: {
    isDeclaredBy: ({ declares }) => declares.durability !== "none",
    lack: 'capabilities.durability is "none"',
    checkLack: ({ store }) => expectSame(store.capabilities.durability, "none", "durability"),
  },
  history: {
    isDeclaredBy: ({ declares }) => declares.history,
    lack: "it has no history",
    checkLack: ({ store }) => expectThat(store.history === undefined, "history is there after all"),
  },
  presence: {
    isDeclaredBy: ({ declares }) => declares.presence,
    lack: "it has no presence",
    checkLack: ({ store }) =>
      expectThat(store.presence === undefined, "presence is there after all"),
  },
  forgetting: {
    isDeclaredBy: ({ createForgetful }) => createForgetful !== undefined,
    lack: "its log never forgets",
    checkLack: forgetsNothing,
  },
};

async function forgetsNothing(bench: StoreBench): Promise<void> {
  const partition = bench.log.partitionOf("/kit/room");
  const start = await bench.log.head(partition);
  await inTurn(MANY, (index) => bench.append(`${index} ${LONG_TEXT}`));
  const read = await readAll(bench.log, partition, start);
  const expected = Array.from({ length: MANY }, (_, index) => jsonOf(`${index} ${LONG_TEXT}`));
  expectSame(read, expected, "a log that was said never to forget");
}
