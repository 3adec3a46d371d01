import { CometError, type StoreHost } from "@encke/core";
import type { Deadlines } from "./deadlines.ts";
import { type RedisConnection, type RedisPort, RedisRefusal, type Reply } from "./redis-port.ts";
import { mustReplicate, untilReplicated } from "./replication.ts";
import { Running } from "./running.ts";
import type { Script } from "./script.ts";

export interface LinkParts {
  readonly port: RedisPort;
  /** Names the server, where there are several. */
  readonly key: string;
  /** Milliseconds that a call may take, with all its repetitions. */
  readonly timeout: number;
  readonly host: Pick<StoreHost, "now">;
  readonly deadlines: Deadlines;
  /** Runs on each new connection before it is used. */
  readonly prepare?: (connection: RedisConnection) => Promise<void>;
  /** Called when another node has begun to put back what Redis has forgotten. */
  readonly onMending?: () => void;
}

/** Milliseconds before a call is repeated, and what each repetition multiplies them with. */
const FIRST_PAUSE = 25;
const LONGEST_PAUSE = 500;
/** Milliseconds in which a connection must be there, and Redis compared with what this node knows. */
const CONNECTING = 3_000;

/**
 * What Redis answers while it starts, when another server has taken over, or while keys move to one: the same call works
 * a moment later. Nobody follows an `ASK`: a script needs all keys of a partition, and those are in two places then.
 */
const PASSING = new Set([
  "LOADING",
  "READONLY",
  "MASTERDOWN",
  "NOREPLICAS",
  "CLUSTERDOWN",
  "MOVED",
  "ASK",
  "TRYAGAIN",
  "BUSY",
  "UNBLOCKED",
  "BEHIND",
  "MENDING",
]);

/** One connection to Redis that is made anew whenever it breaks or is silent for too long. */
export class RedisLink {
  readonly #parts: LinkParts;
  #connection: Promise<RedisConnection> | undefined;
  /** Those that were ready: one that is still being made has a deadline of its own. */
  readonly #made = new WeakSet<Promise<RedisConnection>>();
  readonly #mustReplicate = new WeakSet<RedisConnection>();
  readonly #running = new Running();
  #isClosed = false;

  constructor(parts: LinkParts) {
    this.#parts = parts;
  }

  /** Rejects with a `CometError` of the code `store_failed`, and the cause, when Redis refuses or does not answer in time. */
  async run(script: Script, args: readonly string[]): Promise<Reply> {
    return await this.#repeat((ms) => this.#runOnce(script, args, ms));
  }

  /** The same without any repetition, for what may as well be done another time. Not waited for by {@link idle}. */
  async tryToRun(script: Script, args: readonly string[]): Promise<Reply> {
    return await this.#runOnce(script, args, this.#parts.timeout / 2);
  }

  /** As {@link run} does, for a command that is no script. */
  async call(command: readonly string[]): Promise<Reply> {
    return await this.#repeat((ms) => this.attempt(command, ms));
  }

  /** Tries once. A connection that breaks or says nothing for `ms` milliseconds is given up. */
  attempt(command: readonly string[], ms: number): Promise<Reply> {
    return this.#use((connection) => connection.call(command), command, ms);
  }

  /** The same. Rejects where the server must have a replica and none has what the answer tells; nothing need not be known. */
  attemptLasting(command: readonly string[], ms: number): Promise<Reply> {
    const ask = async (connection: RedisConnection): Promise<Reply> => {
      const reply = await connection.call(command);
      const isToLast = reply !== null && this.#mustReplicate.has(connection);
      if (isToLast) await untilReplicated(connection, ms / 2);
      return reply;
    };
    return this.#use(ask, command, ms);
  }

  async #use(
    ask: (connection: RedisConnection) => Promise<Reply>,
    [name = ""]: readonly string[],
    ms: number,
  ): Promise<Reply> {
    if (this.#isClosed) throw new CometError("comet_closed", "store-redis: the store is closed");
    const { deadlines } = this.#parts;
    this.#connection ??= this.#connect();
    const used = this.#connection;
    try {
      const connection = await deadlines.within(ms, used, "connecting to Redis");
      return await deadlines.within(ms, ask(connection), name);
    } catch (cause) {
      if (!isUsable(cause) && this.#made.has(used)) this.#giveUp(used);
      throw cause;
    }
  }

  /** Goes on with another connection: the one that there is may lead to the wrong server, and not say so. */
  renew(): void {
    const used = this.#connection;
    if (used !== undefined && this.#made.has(used)) this.#giveUp(used);
  }

  close(): void {
    this.#isClosed = true;
    this.#parts.deadlines.end();
    if (this.#connection !== undefined) this.#giveUp(this.#connection);
  }

  /** Settles when every call that was made until now has settled. */
  async idle(): Promise<void> {
    await this.#running.idle();
  }

  async #runOnce(script: Script, args: readonly string[], ms: number): Promise<Reply> {
    const rest = ["1", this.#parts.key, ...args];
    const attempt = (...command: readonly string[]): Promise<Reply> =>
      script.isLasting ? this.attemptLasting(command, ms) : this.attempt(command, ms);
    try {
      return await attempt("EVALSHA", script.sha, ...rest);
    } catch (cause) {
      const kind = cause instanceof RedisRefusal ? cause.kind : undefined;
      if (kind === "MENDING") this.#parts.onMending?.();
      if (kind !== "NOSCRIPT") throw cause;
      return await attempt("EVAL", script.text, ...rest);
    }
  }

  #repeat(task: (ms: number) => Promise<Reply>): Promise<Reply> {
    return this.#running.add(this.#tryAll(task));
  }

  async #tryAll(task: (ms: number) => Promise<Reply>): Promise<Reply> {
    const { host, timeout } = this.#parts;
    const end = host.now() + timeout;
    for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      try {
        // Half of it, so that there is time for another connection when this one is dead and does not know.
        return await task(timeout / 2);
      } catch (cause) {
        if (this.#isClosed || !isPassing(cause) || host.now() + pause >= end) throw failure(cause);
      }
      await this.pause(pause);
    }
  }

  /** Settles after so many milliseconds, or when the link is closed. */
  pause(ms: number): Promise<void> {
    return this.#parts.deadlines.pause(ms);
  }

  /** Has a deadline of its own: who waits for it may have had enough before it is there. */
  #connect(): Promise<RedisConnection> {
    const { port, key, deadlines } = this.#parts;
    const coming = port.connect(key);
    const made = deadlines.within(CONNECTING, this.#prepared(coming), "connecting to Redis");
    made.then(
      () => this.#made.add(made),
      () => {
        if (this.#connection === made) this.#connection = undefined;
        coming.then(
          (connection) => connection.close(),
          () => {},
        );
      },
    );
    return made;
  }

  async #prepared(coming: Promise<RedisConnection>): Promise<RedisConnection> {
    const connection = await coming;
    if (await mustReplicate(connection)) this.#mustReplicate.add(connection);
    await this.#parts.prepare?.(connection);
    return connection;
  }

  #giveUp(connection: Promise<RedisConnection>): void {
    if (this.#connection === connection) this.#connection = undefined;
    connection.then(
      (made) => made.close(),
      () => {},
    );
  }
}

/** What tells that the connection leads to the wrong server, or to one that has forgotten something. */
const LEAVING = new Set(["READONLY", "MASTERDOWN", "NOREPLICAS", "MOVED", "BEHIND"]);

/** Whether the connection may be used on. */
function isUsable(cause: unknown): boolean {
  return cause instanceof RedisRefusal && !LEAVING.has(cause.kind);
}

function isPassing(cause: unknown): boolean {
  if (cause instanceof CometError) return false;
  return !(cause instanceof RedisRefusal) || PASSING.has(cause.kind);
}

function failure(cause: unknown): CometError {
  if (cause instanceof CometError) return cause;
  const text = cause instanceof Error ? cause.message : String(cause);
  return new CometError("store_failed", `store-redis: ${text}`, { cause });
}
