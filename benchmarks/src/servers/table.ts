import { BayeuxWire } from "../wires/bayeux.ts";
import { openHttp } from "../wires/http-link.ts";
import { plainWebSocket } from "../wires/plain-websocket.ts";
import { openWebSocket } from "../wires/websocket-link.ts";
import { BAYEUX_PATH, type BenchServer } from "./server.ts";

const BAYEUX = {
  websocket: new BayeuxWire("websocket", (target) => openWebSocket(target, BAYEUX_PATH)),
  "long-polling": new BayeuxWire("long-polling", (target) => openHttp(target, BAYEUX_PATH)),
} satisfies BenchServer["wires"];

/** All servers that are measured, in the order in which they are reported. */
export const SERVERS: readonly BenchServer[] = [
  {
    name: "encke",
    package: "@encke/core",
    wires: BAYEUX,
    load: () => import("./encke.ts"),
  },
  { name: "faye", package: "faye", wires: BAYEUX, load: () => import("./faye.ts") },
  {
    name: "ws",
    package: "ws",
    wires: { websocket: plainWebSocket },
    load: () => import("./ws-broadcast.ts"),
  },
  {
    name: "bare node:http",
    wires: { "long-polling": BAYEUX["long-polling"] },
    load: () => import("./bare-polling.ts"),
  },
];
