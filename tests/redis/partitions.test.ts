import { describe, expect, it, onTestFinished } from "vitest";
import { BareClient } from "../faults/support/clients/bare-client.ts";
import { Publisher } from "../faults/support/publisher.ts";
import { type ClusterMember, RedisCluster } from "../support/redis-cluster.ts";
import { redisForTests } from "../support/redis-server.ts";
import { ClusterNodes } from "./support/cluster-nodes.ts";
import { eventually } from "./support/eventually.ts";
import { CHOSEN_LIBRARIES } from "./support/of-libraries.ts";

/** In different partitions, of four and of those of a cluster, where each of three masters has one of them. */
const CHANNELS = ["/a/0", "/b/0", "/c/0", "/h/0"];
const PATTERNS = [["/**"], ["/a/*", "/b/0"], ["/c/**"], CHANNELS];
const COUNT = 40;
const PAUSE = 20;

type Disturb = (progress: (share: number) => Promise<void>) => Promise<void>;

/** What clients that acknowledge have got, when each has been sent from node to node, and what they should have. */
async function tell(nodes: ClusterNodes, disturb: Disturb): Promise<readonly object[]> {
  const clients = PATTERNS.map(() => new BareClient(nodes.any));
  const publishers = CHANNELS.map((channel) => new Publisher([channel], nodes.any));
  await Promise.all(clients.map((client, index) => client.open(PATTERNS[index] ?? [])));
  await Promise.all(publishers.map((publisher) => publisher.open()));
  const published = (): number => publishers.reduce((sum, one) => sum + one.published, 0);
  let isOver = false;
  const disturbed = disturb((share) => eventually(() => published() >= share * COUNT)).finally(
    () => {
      isOver = true;
    },
  );
  const isEnough = ({ published: last }: Publisher): boolean => isOver && last >= COUNT;
  await Promise.all([
    disturbed,
    ...publishers.map((one) => one.publish(() => isEnough(one), PAUSE)),
  ]);
  const all = new Map(
    publishers.flatMap((one) => one.channels.map((name) => [name, one.published] as const)),
  );
  const expected = PATTERNS.map((patterns) => channelsOf(patterns, all));
  await eventually(() =>
    clients.every(({ ledger }, index) => ledger.count >= sumOf(expected[index] as typeof all)),
  );
  await Promise.all(clients.map((client) => client.close()));
  return clients.map(({ ledger }, index) => ({
    ...ledger.tally(expected[index] as typeof all),
    expected: undefined,
    beyond: ledger.count - sumOf(expected[index] as typeof all),
    troubles: ledger.troubles,
  }));
}

const RIGHT = PATTERNS.map(() => ({
  ...{ lost: 0, doubled: 0, reordered: 0, beyond: 0, troubles: [] },
}));

describe("clients that acknowledge get everything once and in order from several partitions", () => {
  it("on nodes of which three are killed", async () => {
    const redis = await redisForTests();
    onTestFinished(() => redis.close());
    const nodes = await startNodes({ url: redis.url, prefix: "killed", partitions: 4 });
    const outcome = await tell(nodes, async (progress) => {
      for (const share of [0.5, 1.5, 2.5]) {
        await progress(share);
        await nodes.kill();
        await nodes.add();
      }
    });
    expect(outcome).toEqual(RIGHT);
  }, 60_000);

  it.each(CHOSEN_LIBRARIES)(
    "on a cluster in which a slot moves, and a master dies, and a node, through %s",
    async (_, portTo) => {
      const cluster = await RedisCluster.start(true);
      onTestFinished(() => cluster.close());
      const nodes = await startNodes({ port: portTo(cluster), timeout: 20_000 });
      const outcome = await tell(nodes, async (progress) => {
        await progress(0.3);
        await cluster.move(await slotOfLog(cluster), cluster.masters[1] as ClusterMember);
        await progress(1);
        await cluster.masters[0]?.server.kill();
        await nodes.kill();
        await nodes.add();
        await progress(3);
      });
      expect(outcome).toEqual(RIGHT);
    },
    90_000,
  );
});

/** The slot of a partition that has something to move, and is on the third master. */
async function slotOfLog(cluster: RedisCluster): Promise<number> {
  let key: string | undefined;
  await eventually(async () => {
    [key] =
      /\{\S+:log/.exec((await cluster.masters[2]?.server.command("KEYS", "*:log")) ?? "") ?? [];
    return key !== undefined;
  });
  return await cluster.slotOf(key ?? "");
}

async function startNodes(
  options: Parameters<typeof ClusterNodes.start>[1],
): Promise<ClusterNodes> {
  const nodes = await ClusterNodes.start(2, options);
  onTestFinished(() => nodes.close());
  return nodes;
}

function channelsOf(
  patterns: readonly string[],
  published: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const isWanted = (channel: string): boolean =>
    patterns.some((pattern) => channel.startsWith(pattern.replace(/\*+$/, "")));
  return new Map([...published].filter(([channel]) => isWanted(channel)));
}

function sumOf(published: ReadonlyMap<string, number>): number {
  return [...published.values()].reduce((sum, count) => sum + count, 0);
}
