// One node of the cluster, as a process of its own: it tells its port, and serves until it is killed.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { attachComet } from "@encke/adapter-node-http";
import { createComet } from "@encke/core";
import { ack } from "@encke/extensions";
import { RedisStore } from "@encke/store-redis";

const [url = "", timeout = ""] = process.argv.slice(2);
const comet = createComet({
  store: new RedisStore({ url }),
  timeout: Number(timeout),
  log: () => {},
});
comet.use(ack());
await comet.opened;
const server = createServer();
attachComet(server, comet, { path: "/comet" });
server.listen(0, "127.0.0.1", () => {
  process.send?.((server.address() as AddressInfo).port);
});
process.on("disconnect", () => process.exit());
