import type { Server } from "node:net";
import { attachComet, type CometServer } from "@encke/adapter-node-http";
import { openHttp2Peer, openHttpPeer, testAdapter } from "@encke/adapter-testkit";
import { describe, it } from "vitest";
import { listen, stop } from "../adapter-kit/servers.ts";
import { LONG_POLLING } from "./support/long-polling-subject.ts";
import { SERVERS } from "./support/serve.ts";

const PEERS = {
  "HTTP/1": openHttpPeer,
  HTTPS: openHttpPeer,
  "HTTP/2": openHttp2Peer,
  "HTTP/2 over TLS": openHttp2Peer,
} satisfies Record<keyof typeof SERVERS, typeof openHttpPeer>;

for (const [name, create] of Object.entries(SERVERS)) {
  const openPeer = PEERS[name as keyof typeof SERVERS];
  testAdapter(
    { describe, it },
    {
      name: `long polling over ${name}`,
      ...LONG_POLLING,
      async start(comet) {
        const server: CometServer = create();
        const { detach } = attachComet(server, comet, { webSocket: false });
        const origin = await listen(server as Server);
        const tls = { rejectUnauthorized: false };
        return {
          origin,
          open: (listener, options) => openPeer({ url: `${origin}/comet`, tls }, listener, options),
          stop() {
            detach();
            return stop(server as Server);
          },
        };
      },
    },
  );
}
