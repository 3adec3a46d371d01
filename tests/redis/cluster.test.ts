import { describe, expect, it, onTestFinished } from "vitest";
import { type ClusterMember, RedisCluster } from "../support/redis-cluster.ts";
import { eventually } from "./support/eventually.ts";
import { CHOSEN_LIBRARIES, CLUSTER_LIBRARIES } from "./support/of-libraries.ts";
import { RedisNode } from "./support/redis-node.ts";

const PREFIX = "moving";

for (const [library, portTo] of CLUSTER_LIBRARIES) {
  describe(`on a cluster, through ${library}`, () => {
    it("everything arrives once and in order while its slot moves to another master", async () => {
      const cluster = await startCluster();
      const node = await RedisNode.open("a", {
        port: portTo(cluster),
        prefix: PREFIX,
        partitions: 1,
      });
      const slot = await cluster.slotOf(`{${PREFIX}}`);
      const other = cluster.masters.find((member) => member !== cluster.ownerOf(slot));
      const said: Promise<number>[] = [];
      const say = (): void => void said.push(node.say(`${said.length}`));
      for (let index = 0; index < 10; index++) say();
      await Promise.all(said);
      await cluster.move(slot, other as ClusterMember, async () => say());
      await Promise.all(said);
      say();
      await Promise.all(said);
      await eventually(() => node.heard.length >= said.length);
      expect(node.heard).toEqual(said.map((_, index) => `${index}`));
      expect(node.gaps).toEqual([]);
      expect(said.length).toBeGreaterThan(11);
    }, 60_000);
  });
}

describe.each(CHOSEN_LIBRARIES)("on a cluster, through %s", (_, portTo) => {
  it("the replica of a master that died is found, and takes what was published meanwhile", async () => {
    const cluster = await startCluster(true);
    const prefix = await prefixIn(cluster, cluster.masters[0] as ClusterMember);
    const node = await RedisNode.open("a", {
      port: portTo(cluster),
      prefix,
      partitions: 1,
      timeout: 30_000,
    });
    await node.say("before");
    await cluster.masters[0]?.server.kill();
    await node.say("after");
    await eventually(() => node.heard.includes("after"));
    expect([node.heard, node.gaps]).toEqual([["before", "after"], []]);
  }, 60_000);
});

async function startCluster(hasReplica = false): Promise<RedisCluster> {
  const cluster = await RedisCluster.start(hasReplica);
  onTestFinished(() => cluster.close());
  return cluster;
}

async function prefixIn(cluster: RedisCluster, owner: ClusterMember): Promise<string> {
  for (let number = 0; ; number++) {
    const prefix = `prefix-${number}`;
    if (cluster.ownerOf(await cluster.slotOf(`{${prefix}}`)) === owner) return prefix;
  }
}
