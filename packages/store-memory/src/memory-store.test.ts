import { asyncStore, HandDrivenScheduler, testStore } from "@encke/store-testkit";
import { describe, it } from "vitest";
import { MemoryStore } from "./memory-store.ts";

const SMALL = { maxBytes: 64 * 1024 };
const declares = {
  nodes: "one",
  durability: "none",
  producerKeys: true,
  history: true,
  presence: true,
} as const;

testStore(
  { describe, it },
  {
    name: "MemoryStore",
    declares,
    create: () => new MemoryStore(),
    createForgetful: () => new MemoryStore(SMALL),
  },
);

for (const worksAt of ["call", "release"] as const) {
  const late = (store: MemoryStore): ReturnType<typeof asyncStore> =>
    asyncStore(store, new HandDrivenScheduler({ worksAt, autoRelease: true }));
  testStore(
    { describe, it },
    {
      name: `MemoryStore behind promises, with the work done at the ${worksAt}`,
      declares,
      create: () => late(new MemoryStore()),
      createForgetful: () => late(new MemoryStore(SMALL)),
    },
  );
}
