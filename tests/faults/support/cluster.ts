import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { FaultyProxy } from "../../support/faulty-proxy.ts";
import { RedisServer, type RedisSetting } from "../../support/redis-server.ts";
import type { Chance } from "./chance.ts";

/** Milliseconds that the nodes hold a connect. */
export const HOLD = 1_000;

interface Node {
  readonly process: ChildProcess;
  readonly url: string;
}

/** Nodes that share a Redis, each a process, with a network in between that can be broken. */
export class Cluster {
  readonly redis: RedisServer;
  /** Between the nodes and Redis. */
  readonly network: FaultyProxy;
  readonly #program: string;
  readonly #nodes: Node[] = [];

  private constructor(redis: RedisServer, network: FaultyProxy, program: string) {
    this.redis = redis;
    this.network = network;
    this.#program = program;
  }

  /** `program`: what each node runs. */
  static async start(
    program: string,
    size: number,
    ...settings: readonly RedisSetting[]
  ): Promise<Cluster> {
    const redis = await RedisServer.start(...settings);
    const network = await FaultyProxy.before(redis.url);
    const cluster = new Cluster(redis, network, program);
    await Promise.all(Array.from({ length: size }, () => cluster.addNode()));
    return cluster;
  }

  /** The Comet of some node, as a load balancer without stickiness would choose it. */
  anyNode(chance: Chance): string {
    const node = this.#nodes[chance.below(this.#nodes.length)];
    if (node === undefined) throw new Error("no node is left");
    return node.url;
  }

  async addNode(): Promise<void> {
    const process = fork(this.#program, [`redis://127.0.0.1:${this.network.port}`, `${HOLD}`], {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      execArgv: [],
    });
    const failed = once(process, "exit").then(() => Promise.reject(new Error("a node has ended")));
    const [port] = (await Promise.race([once(process, "message"), failed])) as [number];
    failed.catch(() => {});
    this.#nodes.push({ process, url: `http://127.0.0.1:${port}/comet` });
  }

  /** Ends the oldest node at once, and puts another one in its place. */
  async killNode(): Promise<void> {
    const node = this.#nodes.shift();
    await end(node?.process);
    await this.addNode();
  }

  /** Stops the oldest node in the middle of what it does, and lets it go on after so many milliseconds. */
  async freezeNode(ms: number): Promise<void> {
    const process = this.#nodes[0]?.process;
    process?.kill("SIGSTOP");
    await new Promise((resolve) => setTimeout(resolve, ms));
    process?.kill("SIGCONT");
  }

  async close(): Promise<void> {
    await Promise.all(this.#nodes.map(({ process }) => end(process)));
    await this.redis.close();
  }
}

async function end(process: ChildProcess | undefined): Promise<void> {
  if (process === undefined || process.exitCode !== null || process.signalCode !== null) return;
  const gone = once(process, "exit");
  process.kill("SIGKILL");
  await gone;
}
