/** What Redis answers in RESP2. */
export type Reply = string | number | null | readonly Reply[];

/** One connection that is used until it breaks, and then thrown away. Who uses it keeps the deadlines. */
export interface RedisConnection {
  /**
   * Sends one command. Rejects with a {@link RedisRefusal} when Redis answers with an error, and with anything else when
   * the connection is of no more use. It may stay silent for good: no promise of a connection is waited for without an end.
   */
  call(command: readonly string[]): Promise<Reply>;
  /** Breaks off what is under way. */
  close(): void;
}

/** The way to Redis: the seam for those who bring a client library of their own. */
export interface RedisPort {
  /** True: several servers share the keys. @default false */
  readonly isCluster?: boolean;
  /**
   * A new connection to the server that has the key, for writing. It neither connects again by itself nor repeats a
   * command. Rejects when there is no way there.
   */
  connect(key: string): Promise<RedisConnection>;
}

/** Redis has understood the command and answered with an error, whose text begins with its kind: `OOM`, `NOSCRIPT`. */
export class RedisRefusal extends Error {
  override readonly name = "RedisRefusal";

  get kind(): string {
    return this.message.split(" ", 1)[0] ?? "";
  }
}
