export { fromIoredis, type IoredisClient, type IoredisCluster } from "./port/ioredis.ts";
export {
  fromNodeRedis,
  fromNodeRedisSentinel,
  type NodeRedisClient,
  type NodeRedisCluster,
  type NodeRedisSentinelOptions,
} from "./port/node-redis.ts";
export {
  type RedisConnection,
  type RedisPort,
  RedisRefusal,
  type Reply,
} from "./port/redis-port.ts";
export { RedisStore } from "./redis-store.ts";
export type { RedisStoreOptions } from "./settings.ts";
