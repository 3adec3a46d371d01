import type { Server } from "node:net";
import { attachComet, type CometServer } from "@encke/adapter-node-http";
import { openHttp2Peer, openHttpPeer, testAdapter } from "@encke/adapter-testkit";
import { describe, it } from "vitest";
import { listen, stop } from "../adapter-kit/servers.ts";
import { SERVERS } from "./support/serve.ts";
import { LONG_POLLING, STREAMING } from "./support/subjects.ts";

const PEERS = {
  "HTTP/1": openHttpPeer,
  HTTPS: openHttpPeer,
  "HTTP/2": openHttp2Peer,
  "HTTP/2 over TLS": openHttp2Peer,
} satisfies Record<keyof typeof SERVERS, typeof openHttpPeer>;

/** The kinds of servers that have a fast lane are tried with it, too. */
const WAYS = Object.entries(SERVERS).flatMap(([name, create]) => {
  const openPeer = PEERS[name as keyof typeof SERVERS];
  const way = { name, create, openPeer, fastLane: false };
  if (openPeer !== openHttpPeer) return [way];
  return [way, { ...way, name: `${name} by the fast lane`, fastLane: true }];
});

/** As long as the kit holds connects, by its clock. */
const OPTIONS = { webSocket: false, maxStreamAge: 20_000 };

for (const { name, create, openPeer, fastLane } of WAYS) {
  for (const subject of [LONG_POLLING, STREAMING])
    testAdapter(
      { describe, it },
      {
        name: `${subject.connectionType} over ${name}`,
        ...subject,
        async start(comet) {
          const server: CometServer = create();
          const { detach } = attachComet(server, comet, { ...OPTIONS, fastLane });
          const origin = await listen(server as Server);
          const tls = { rejectUnauthorized: false };
          return {
            origin,
            open: (listener, options) =>
              openPeer({ url: `${origin}/comet`, tls }, listener, options),
            stop() {
              detach();
              return stop(server as Server);
            },
          };
        },
      },
    );
}
