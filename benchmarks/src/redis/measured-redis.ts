import { createClient } from "@redis/client";
import { RedisProcess } from "../server-process/redis-process.ts";

export interface RedisUsage {
  /** Microseconds of processor time. */
  readonly cpu: number;
  /** Bytes. */
  readonly memory: number;
  /** How many entries were put into streams. */
  readonly appends: number;
}

/** A Redis of its own that says what it has spent. */
export class MeasuredRedis {
  readonly #process: RedisProcess;
  readonly #client: ReturnType<typeof createClient>;

  private constructor(process: RedisProcess) {
    this.#process = process;
    this.#client = createClient({ url: this.url });
    this.#client.on("error", () => {});
  }

  static async start(): Promise<MeasuredRedis> {
    const redis = new MeasuredRedis(await RedisProcess.start());
    await redis.#client.connect();
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.#process.port}`;
  }

  async usage(): Promise<RedisUsage> {
    const text = await this.#client.info("everything");
    const figure = (pattern: string): number =>
      Number(new RegExp(`^${pattern}([\\d.]+)`, "m").exec(text)?.[1] ?? 0);
    return {
      cpu: (figure("used_cpu_user:") + figure("used_cpu_sys:")) * 1e6,
      memory: figure("used_memory:"),
      appends: figure("cmdstat_xadd:calls="),
    };
  }

  /** How many keys there are. */
  keys(): Promise<number> {
    return this.#client.dbSize();
  }

  async empty(): Promise<void> {
    await this.#client.flushAll();
  }

  async close(): Promise<void> {
    this.#client.destroy();
    await this.#process.stop();
  }
}
