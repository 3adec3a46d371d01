import { onTestFinished } from "vitest";
import { FaultyProxy } from "../support/faulty-proxy.ts";
import { type ClusterMember, RedisCluster } from "../support/redis-cluster.ts";
import { RedisServer } from "../support/redis-server.ts";
import { startWatched } from "../support/watched-redis.ts";
import { type Fault, ON_DISK } from "./support/fault.ts";
import { pauseFor } from "./support/story.ts";

/** Milliseconds that a call may take: longer than another Redis needs to take over. */
const FAILOVER = 20_000;

/** What happens when another Redis takes over. */
export const REPLICA_FAULTS: readonly Fault[] = [
  {
    name: "Redis dies, and a replica takes over that was 400 ms behind",
    mayRepeat: ["polling", "socket"],
    async happens(cluster, progress) {
      const { replica, way } = await follow(cluster.redis);
      await progress(0.4);
      await way.become("black-hole");
      await pauseFor(400);
      await cluster.redis.kill();
      await replica.command("REPLICAOF", "NO", "ONE");
      cluster.turnTo(replica);
    },
  },
  {
    name: "a replica takes over as planned, and the old master refuses writes for a second",
    mayRepeat: ["socket"],
    async happens(cluster, progress) {
      const { replica } = await follow(cluster.redis, true);
      await progress(0.4);
      const failover = ["FAILOVER", "TO", "127.0.0.1", `${replica.port}`];
      // Refused as long as the master does not know yet that the replica has everything.
      while (!(await cluster.redis.command(...failover)).includes("OK")) await pauseFor(20);
      while (!(await replica.command("ROLE")).includes("master")) await pauseFor(5);
      await pauseFor(1_000);
      cluster.turnTo(replica);
    },
  },
  {
    name: "a replica takes over, and one node writes to the old master for 2 s more, which needs a replica",
    mayRepeat: ["polling", "socket"],
    async happens(cluster, progress) {
      const { replica, way } = await follow(cluster.redis);
      // A master that nobody follows takes no writes after a second.
      await cluster.redis.command("CONFIG", "SET", "min-replicas-max-lag", "1");
      await cluster.redis.command("CONFIG", "SET", "min-replicas-to-write", "1");
      // Which nodes see on new connections, for which they are given a moment.
      cluster.breakConnections();
      await pauseFor(1_500);
      await progress(0.4);
      await way.become("black-hole");
      await replica.command("REPLICAOF", "NO", "ONE");
      cluster.turnTo(replica, 1);
      await pauseFor(2_000);
      cluster.turnTo(replica);
    },
  },
  {
    name: "a master dies, and a sentinel puts its replica in its place",
    mayRepeat: ["polling", "socket"],
    async stage() {
      const { master, name, sentinels } = await startWatched(...ON_DISK);
      return {
        node: { store: { timeout: FAILOVER }, system: { name, sentinels } },
        async happens(_, progress) {
          await progress(0.4);
          await master.kill();
        },
      };
    },
  },
  {
    name: "slots of a cluster move to another master, one after the other",
    mayRepeat: ["socket"],
    async stage() {
      const cluster = await RedisCluster.start();
      onTestFinished(() => cluster.close());
      const [to, , from] = cluster.masters as [ClusterMember, ClusterMember, ClusterMember];
      return {
        node: { store: { timeout: FAILOVER }, system: { cluster: cluster.urls } },
        async happens(_, progress) {
          await progress(0.2);
          for (const key of await logsOf(from)) await cluster.move(await cluster.slotOf(key), to);
        },
      };
    },
  },
];

/** Keys of the logs of those partitions that it has. */
async function logsOf({ server }: ClusterMember): Promise<readonly string[]> {
  return (await server.command("KEYS", "*:log")).match(/\{\S+:log/g) ?? [];
}

/** A replica that has all that the master has, and the way between them. */
async function follow(master: RedisServer, isDirect = false) {
  const way = await FaultyProxy.before(master.url);
  const port = isDirect ? master.port : way.port;
  const replica = await RedisServer.start(...ON_DISK, ["replicaof", `127.0.0.1 ${port}`]);
  onTestFinished(() => replica.close());
  while (!(await replica.command("ROLE")).includes("connected")) await pauseFor(20);
  return { replica, way };
}
