import { setImmediate as nextTurn } from "node:timers/promises";
import { CometClient, type SocketClass, type TransportFactory } from "@encke/client";
import { longPolling } from "@encke/client/long-polling";
import { streaming } from "@encke/client/streaming";
import { webSocket } from "@encke/client/websocket";
import { WebSocket } from "ws";

// A life of a client, as a program of its own: prints what still keeps the process alive when it is over, and ends by itself.

const FACTORIES: readonly TransportFactory[] = [longPolling, streaming, webSocket];

/** Whether what is left was there before, as the pipe to whoever reads what is printed. */
function resources(): readonly string[] {
  return process.getActiveResourcesInfo().filter((name) => name !== "PipeWrap");
}

const [url = "", type, end] = process.argv.slice(2);
const scope = globalThis as { readonly WebSocket?: SocketClass };
const client = new CometClient(url, {
  transports: FACTORIES.filter((factory) => factory.type === type),
  world: { WebSocket: scope.WebSocket ?? (WebSocket as unknown as SocketClass) },
  maxNetworkDelay: end === "answered" ? 5_000 : 300,
});
const aborting = new AbortController();
const received: unknown[] = [];
client.subscribe("/a", ({ data }) => received.push(data), { signal: aborting.signal });
const settled = Promise.allSettled([client.publish("/a", 1), client.call("silence", 1)]);
if (end === "answered") {
  await client.connect();
  while (received.length === 0) await nextTurn();
} else {
  client.connect().catch(() => undefined);
  if (end === "late") await new Promise((resolve) => client.addEventListener("error", resolve));
}
await client.disconnect();
const outcomes = (await settled).map(({ status }) => status);
// What is being closed is gone when the other side has closed it, too.
for (let turn = 0; turn < 10_000 && resources().length > 0; turn++) await nextTurn();
const life = { state: client.state, outcomes, received, resources: resources() };
process.stdout.write(JSON.stringify(life));
