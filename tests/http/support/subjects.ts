import type { AdapterUnderTest } from "@encke/adapter-testkit";
import { MemoryStore } from "@encke/store-memory";

/** What the kit must know of every adapter for long polling. */
export const LONG_POLLING = {
  connectionType: "long-polling",
  cannot: {
    streaming: "one answer to a request is all there is",
    connections: "idle connections are the server's own to close",
  },
  patience: 9_000,
  createStore: () => new MemoryStore(),
} satisfies Omit<AdapterUnderTest, "name" | "start">;

/** The same for streams of lines. */
export const STREAMING = {
  connectionType: "streaming",
  cannot: {
    "taking back": "a stream does not tell what has arrived",
    connections: "idle connections are the server's own to close",
  },
  patience: 9_000,
  createStore: () => new MemoryStore(),
} satisfies Omit<AdapterUnderTest, "name" | "start">;
