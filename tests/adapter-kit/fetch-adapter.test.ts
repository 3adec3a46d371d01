import { testAdapter } from "@encke/adapter-testkit";
import { MemoryStore } from "@encke/store-memory";
import { describe, it } from "vitest";
import { FetchAdapter } from "./fetch-adapter.ts";
import { FetchPeer } from "./fetch-peer.ts";

const origin = "https://comet.example";

testAdapter(
  { describe, it },
  {
    name: "Fetch",
    connectionType: "long-polling",
    cannot: {
      streaming: "a response is whole",
      connections: "they are the server's",
      "taking back": "nobody tells whether a response arrived",
      cookies: "it sets none",
      addresses: "a Request does not know where it came from",
    },
    createStore: () => new MemoryStore(),
    start(comet) {
      const adapter = new FetchAdapter(comet);
      return {
        origin,
        open: (listener, options) =>
          new FetchPeer((request) => adapter.handle(request), `${origin}/comet`, listener, options),
        stop: () => adapter.detach(),
      };
    },
  },
);
