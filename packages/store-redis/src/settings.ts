import { CometError } from "@encke/core";
import type { RedisPort } from "./port/redis-port.ts";

export interface RedisStoreOptions {
  /**
   * Where Redis is: `redis://user:password@host:6379/0`, `rediss:` for TLS. Not beside `port`.
   * @default "redis://127.0.0.1:6379"
   */
  readonly url?: string;
  /** Another way to Redis: {@link fromNodeRedis}, {@link fromNodeRedisSentinel}, {@link fromIoredis}, or one of your own. @default by `url` */
  readonly port?: RedisPort;
  /**
   * What the names of all keys begin with. Nodes with the same one share their clients and messages. It is also in the hash
   * tags that keep the keys of a partition together.
   * @default "encke"
   */
  readonly prefix?: string;
  /**
   * How many logs share the messages, by the first segment of their channels, and the clients, by their ids: at most 256. All
   * nodes must have the same number, and each has two connections for each. Only on a cluster is more than one of use.
   * @default 16 on a cluster, 1 otherwise
   */
  readonly partitions?: number;
  /** Bytes of messages that stay readable in Redis for clients that come back. @default 67_108_864 */
  readonly maxBytes?: number;
  /**
   * Characters of messages that may wait in this process until Redis takes them. What comes beyond is refused.
   * @default 16_777_216
   */
  readonly maxWaiting?: number;
  /**
   * How many producer keys are remembered at least, and twice as many at most. The ones that were quiet longest are
   * forgotten first, and their next repetition is stored again.
   * @default 10_000
   */
  readonly maxProducers?: number;
  /**
   * Milliseconds that messages stay readable in Redis, within `maxBytes`: longer than a client may be away. Measured by Redis's
   * clock, and not shortened when that jumps.
   * @default 120_000
   */
  readonly retention?: number;
  /** Milliseconds that a call may take, with all its repetitions, before it is refused. @default 5_000 */
  readonly timeout?: number;
}

type Dependent = "port" | "partitions";

export type RedisStoreSettings = Required<Omit<RedisStoreOptions, Dependent>> &
  Pick<RedisStoreOptions, Dependent>;

const DEFAULTS = {
  url: "redis://127.0.0.1:6379",
  prefix: "encke",
  maxBytes: 64 * 1024 * 1024,
  maxWaiting: 16 * 1024 * 1024,
  maxProducers: 10_000,
  retention: 120_000,
  timeout: 5_000,
} as const satisfies RedisStoreSettings;

const COUNTS = [
  "maxBytes",
  "maxWaiting",
  "maxProducers",
  "retention",
  "timeout",
  "partitions",
] as const;
const MOST_PARTITIONS = 256;

/** Without a value of their own when they are missing. */
const DEPENDENT: ReadonlySet<string> = new Set<Dependent>(["port", "partitions"]);

/** Refuses unknown options and values that make no sense, with the code `options_invalid`. */
export function settingsOf(options: RedisStoreOptions): RedisStoreSettings {
  for (const name of Object.keys(options)) {
    const isKnown = DEPENDENT.has(name) || Object.hasOwn(DEFAULTS, name);
    if (!isKnown) throw invalid(`there is no option ${name}`);
  }
  const settings = { ...DEFAULTS, ...options };
  for (const name of COUNTS) {
    const value = settings[name] ?? 1;
    if (Number.isSafeInteger(value) && value >= 1) continue;
    throw invalid(`${name} must be a whole number, not ${String(value)}`);
  }
  if ((settings.partitions ?? 1) > MOST_PARTITIONS) {
    throw invalid(`partitions must be at most ${MOST_PARTITIONS}`);
  }
  if (typeof settings.prefix !== "string" || !/^[^{}]+$/.test(settings.prefix)) {
    throw invalid("prefix must be a text without braces");
  }
  if (options.url !== undefined && options.port !== undefined) {
    throw invalid("give url or port, and not both");
  }
  return settings;
}

function invalid(text: string): CometError {
  return new CometError("options_invalid", `store-redis: ${text}`);
}
