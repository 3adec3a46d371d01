import { bayeuxPolling, bayeuxWebSocket } from "../wires/bayeux.ts";
import { plainWebSocket } from "../wires/plain-websocket.ts";
import { socketIoPolling, socketIoWebSocket } from "../wires/socket-io.ts";
import { BAYEUX_PATH, type BenchServer } from "./server.ts";

const BAYEUX = {
  websocket: bayeuxWebSocket(BAYEUX_PATH),
  "long-polling": bayeuxPolling(BAYEUX_PATH),
} satisfies BenchServer["wires"];

const SOCKET_IO = {
  websocket: socketIoWebSocket,
  "long-polling": socketIoPolling,
} satisfies BenchServer["wires"];

const IN_MEMORY: readonly BenchServer[] = [
  {
    name: "encke",
    package: "@encke/core",
    isOnRedis: false,
    hasPatterns: true,
    wires: BAYEUX,
    load: () => import("./encke.ts"),
  },
  {
    name: "encke with the fast lane",
    package: "@encke/adapter-node-http",
    isOnRedis: false,
    hasPatterns: true,
    wires: { "long-polling": BAYEUX["long-polling"] },
    load: () => import("./encke-fast-lane.ts"),
  },
  {
    name: "faye",
    package: "faye",
    isOnRedis: false,
    hasPatterns: true,
    wires: BAYEUX,
    load: () => import("./faye.ts"),
  },
  {
    name: "cometd-nodejs-server",
    package: "cometd-nodejs-server",
    isOnRedis: false,
    hasPatterns: true,
    wires: { "long-polling": BAYEUX["long-polling"] },
    load: () => import("./cometd.ts"),
  },
  {
    name: "socket.io",
    package: "socket.io",
    isOnRedis: false,
    hasPatterns: false,
    wires: SOCKET_IO,
    load: () => import("./socket-io.ts"),
  },
  {
    name: "encke for Socket.IO clients",
    package: "@encke/gateway-socket-io",
    isOnRedis: false,
    hasPatterns: true,
    wires: SOCKET_IO,
    load: () => import("./encke-socket-io.ts"),
  },
  {
    name: "ws",
    package: "ws",
    isOnRedis: false,
    hasPatterns: false,
    wires: { websocket: plainWebSocket },
    load: () => import("./ws-broadcast.ts"),
  },
  {
    name: "bare node:net",
    isOnRedis: false,
    hasPatterns: false,
    wires: { websocket: plainWebSocket },
    load: () => import("./bare-websocket.ts"),
  },
  {
    name: "bare node:http",
    isOnRedis: false,
    hasPatterns: false,
    wires: { "long-polling": BAYEUX["long-polling"] },
    load: () => import("./bare-polling.ts"),
  },
];

const ON_REDIS: readonly BenchServer[] = [
  {
    name: "encke on Redis",
    package: "@encke/store-redis",
    isOnRedis: true,
    hasPatterns: true,
    wires: BAYEUX,
    load: () => import("./encke-redis.ts"),
  },
  {
    name: "faye-redis",
    package: "faye-redis",
    isOnRedis: true,
    hasPatterns: true,
    wires: BAYEUX,
    load: () => import("./faye-redis.ts"),
  },
  {
    name: "socket.io on Redis",
    package: "@socket.io/redis-adapter",
    isOnRedis: true,
    hasPatterns: false,
    wires: SOCKET_IO,
    load: () => import("./socket-io-redis.ts"),
  },
];

/** All servers that are measured, in the order in which they are reported. */
export const SERVERS: readonly BenchServer[] = [...IN_MEMORY, ...ON_REDIS];
