import { fromIoredis, fromNodeRedis } from "@encke/store-redis";
import { createCluster } from "@redis/client";
import { Cluster } from "ioredis";
import { afterAll } from "vitest";
import { RedisCluster } from "../support/redis-cluster.ts";
import { kitFor } from "./support/kit-for.ts";

const cluster = await RedisCluster.start();
afterAll(() => cluster.close());

const rootNodes = cluster.urls.map((url) => ({ url }));
kitFor("a cluster of node-redis", fromNodeRedis(createCluster({ rootNodes })), 3);
const io = new Cluster([...cluster.addresses], { lazyConnect: true });
kitFor("a cluster of ioredis", fromIoredis(io), 3);
