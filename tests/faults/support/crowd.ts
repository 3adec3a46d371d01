import type { Chance } from "./chance.ts";
import { BareClient } from "./clients/bare-client.ts";
import { CometdClient } from "./clients/cometd-client.ts";
import { FayeClient } from "./clients/faye-client.ts";
import type { Listener } from "./clients/listener.ts";
import { OwnClient } from "./clients/own-client.ts";
import type { Cluster } from "./cluster.ts";

/** Each client gets what is published on every channel, whichever of these it has. */
const PATTERNS: readonly (readonly string[])[] = [
  ["/c/0", "/c/1", "/c/2", "/c/3"],
  ["/c/*"],
  ["/**"],
  ["/c/0", "/c/*", "/**"],
];

type Make = (cluster: Cluster, chance: Chance) => Listener;

const bare: Make = (cluster, chance) => new BareClient(() => cluster.anyNode(chance));
const KINDS: readonly (readonly [make: Make, short: number, long: number])[] = [
  [bare, 6, 20],
  [({ url }) => new OwnClient(url, "long-polling", true), 1, 8],
  [({ url }) => new OwnClient(url, "websocket", true), 1, 8],
  [({ url }) => new OwnClient(url, "streaming", true), 1, 4],
  [({ url }) => new CometdClient(url, "long-polling"), 1, 4],
  [({ url }) => new CometdClient(url, "websocket"), 1, 4],
  [({ url }) => new FayeClient(url, "long-polling"), 1, 4],
  [({ url }) => new FayeClient(url, "websocket"), 1, 4],
  [({ url }) => new OwnClient(url, "long-polling", false), 1, 4],
];

/** Clients of all kinds, subscribed in all ways. */
export async function gather(
  cluster: Cluster,
  chance: Chance,
  isLong: boolean,
): Promise<readonly Listener[]> {
  const clients = KINDS.flatMap(([make, short, long]) =>
    Array.from({ length: isLong ? long : short }, () => make(cluster, chance)),
  );
  await Promise.all(
    clients.map((client, index) => client.open(PATTERNS[index % PATTERNS.length] ?? [])),
  );
  return clients;
}
