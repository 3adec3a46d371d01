import { fromIoredis, fromNodeRedis, type RedisPort } from "@encke/store-redis";
import { createCluster } from "@redis/client";
import { Cluster } from "ioredis";
import type { RedisCluster } from "../../support/redis-cluster.ts";
import { IS_LONG } from "./is-long.ts";

/** Ways to a cluster. */
export type ClusterLibrary = readonly [name: string, portTo: (cluster: RedisCluster) => RedisPort];

export const CLUSTER_LIBRARIES: readonly ClusterLibrary[] = [
  ["ioredis", ({ addresses }) => fromIoredis(new Cluster([...addresses], { lazyConnect: true }))],
  [
    "node-redis",
    ({ urls }) => fromNodeRedis(createCluster({ rootNodes: urls.map((url) => ({ url })) })),
  ],
];

/** Both take their time: the first of them is enough where the other one would tell nothing new. */
export const CHOSEN_LIBRARIES: readonly ClusterLibrary[] = IS_LONG
  ? CLUSTER_LIBRARIES
  : CLUSTER_LIBRARIES.slice(0, 1);
