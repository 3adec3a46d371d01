import { testStore } from "@encke/store-testkit";
import { describe, it } from "vitest";
import { PartitionedStore } from "./partitioned-store.ts";

testStore(
  { describe, it },
  {
    name: "PartitionedStore",
    declares: {
      nodes: "many",
      durability: "restart",
      producerKeys: true,
      history: false,
      presence: false,
    },
    create: () => new PartitionedStore(),
    join: (store) => new PartitionedStore(store as PartitionedStore),
    reopen: (store) => new PartitionedStore(store as PartitionedStore),
  },
);
