import type { Chance } from "./chance.ts";
import { BareClient } from "./clients/bare-client.ts";
import { CometdClient } from "./clients/cometd-client.ts";
import { FayeClient } from "./clients/faye-client.ts";
import type { Listener } from "./clients/listener.ts";
import { OwnClient } from "./clients/own-client.ts";
import type { Cluster } from "./cluster.ts";

/** Where there are several partitions, they are in different ones. */
const FAMILIES = ["a", "b", "c", "d"];
/** What is published. */
export const CHANNELS: readonly string[] = FAMILIES.flatMap((family) =>
  Array.from({ length: 10 }, (_, index) => `/${family}/${index}`),
);
const OF_FAMILIES = FAMILIES.map((family) => `/${family}/*`);
/** Each client gets what is published on every channel, whichever of these it has. */
const PATTERNS: readonly (readonly string[])[] = [
  CHANNELS,
  OF_FAMILIES,
  ["/**"],
  ["/a/0", ...OF_FAMILIES, "/**"],
];

type Make = (cluster: Cluster, chance: Chance) => Listener;

const bare: Make = (cluster, chance) => new BareClient(() => cluster.anyNode(chance));
const KINDS: readonly (readonly [make: Make, short: number, long: number])[] = [
  [bare, 4, 6],
  [({ url }) => new OwnClient(url, "long-polling", true), 1, 2],
  [({ url }) => new OwnClient(url, "websocket", true), 1, 2],
  [({ url }) => new OwnClient(url, "streaming", true), 1, 2],
  [({ url }) => new CometdClient(url, "long-polling"), 1, 2],
  [({ url }) => new CometdClient(url, "websocket"), 1, 2],
  [({ url }) => new FayeClient(url, "long-polling"), 1, 1],
  [({ url }) => new FayeClient(url, "websocket"), 1, 1],
  [({ url }) => new OwnClient(url, "long-polling", false), 1, 1],
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
    clients.map(async (client, index) => {
      await client.open(PATTERNS[index % PATTERNS.length] ?? []);
      client.ledger.begin();
    }),
  );
  return clients;
}
