import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { FaultyProxy } from "../../support/faulty-proxy.ts";
import type { Mode } from "../../support/proxied-connection.ts";
import { RedisServer, type RedisSetting } from "../../support/redis-server.ts";
import type { Chance } from "./chance.ts";
import type { NodeMemory, NodeSettings, Wish } from "./node-program.ts";
import { RoundRobin } from "./round-robin.ts";

export const IS_LONG: boolean = process.env.FAULTS === "long";
/** Milliseconds that the nodes hold a connect. The `faye` package breaks a connection off after a fifth more than that. */
export const HOLD: number = IS_LONG ? 5_000 : 1_000;
/** Milliseconds that clients wait beyond what they have to: longer where there are many, on a machine that has more to do. */
export const PATIENCE: number = IS_LONG ? 8_000 : 2_000;

interface Node {
  readonly process: ChildProcess;
  readonly port: number;
  /** Between this node and Redis. */
  readonly way: FaultyProxy;
}

export interface ClusterSettings {
  /** What each node runs. */
  readonly program: string;
  readonly redis: readonly RedisSetting[];
  readonly node?: Pick<NodeSettings, "hasOwnClock" | "store" | "system">;
}

/** Two nodes that share a Redis, each a process, with a network in between that can be broken. */
export class Cluster {
  readonly redis: RedisServer;
  readonly settings: ClusterSettings;
  readonly #nodes: Node[] = [];
  #balancer: RoundRobin | undefined;
  /** The port of the Redis that new connections of all nodes lead to. */
  #target: number;

  private constructor(redis: RedisServer, settings: ClusterSettings) {
    this.redis = redis;
    this.settings = settings;
    this.#target = redis.port;
  }

  static async start(settings: ClusterSettings): Promise<Cluster> {
    const cluster = new Cluster(await RedisServer.start(...settings.redis), settings);
    await Promise.all([cluster.addNode(), cluster.addNode()]);
    await cluster.#balance();
    return cluster;
  }

  /** The Comet behind a load balancer without stickiness. */
  get url(): string {
    return this.#balancer?.url ?? "";
  }

  /** What lies between each of the nodes and Redis, in the order in which the nodes came. */
  get ways(): readonly FaultyProxy[] {
    return this.#nodes.map(({ way }) => way);
  }

  /** The Comet of some node. */
  anyNode(chance: Chance): string {
    const node = this.#nodes[chance.below(this.#nodes.length)];
    if (node === undefined) throw new Error("no node is left");
    return `http://127.0.0.1:${node.port}/comet`;
  }

  async addNode(): Promise<void> {
    const way = await FaultyProxy.before(`redis://127.0.0.1:${this.#target}`);
    const settings: NodeSettings = {
      ...{ url: `redis://127.0.0.1:${way.port}`, timeout: HOLD },
      ...this.settings.node,
    };
    const process = fork(this.settings.program, [JSON.stringify(settings)], {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      execArgv: [],
    });
    const failed = once(process, "exit").then(() => Promise.reject(new Error("a node has ended")));
    const [port] = (await Promise.race([once(process, "message"), failed])) as [number];
    failed.catch(() => {});
    this.#nodes.push({ process, port, way });
  }

  /** Ends a node at once, and puts another one in its place. */
  async killNode(which: "oldest" | "newest" = "oldest"): Promise<void> {
    const node = which === "oldest" ? this.#nodes.shift() : this.#nodes.pop();
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

  /** Every connection to Redis, now. */
  breakConnections(): void {
    for (const way of this.ways) way.breakAll();
  }

  /** What becomes of all connections to Redis. */
  async network(mode: Mode): Promise<void> {
    await Promise.all(this.ways.map((way) => way.become(mode)));
  }

  /** Lets connections lead to this Redis, as a service does that has a new master: those of all nodes, or of the newest ones. */
  turnTo({ port }: RedisServer, newest = this.#nodes.length): void {
    this.#target = port;
    for (const way of this.ways.slice(-newest)) {
      way.target = port;
      way.breakAll();
    }
  }

  /** Lets the scripts of all nodes see a time that is so many milliseconds further. Only where nodes have their own clock. */
  shiftClock(shift: number): void {
    for (const { process } of this.#nodes) process.send({ shift } satisfies Wish);
  }

  /** What the oldest node takes. */
  async memory(): Promise<NodeMemory> {
    const [{ process }] = this.#nodes as [Node];
    process.send("memory" satisfies Wish);
    const [memory] = (await once(process, "message")) as [NodeMemory];
    return memory;
  }

  async #balance(): Promise<void> {
    this.#balancer = await RoundRobin.start(() => this.#nodes.map(({ port }) => port));
  }

  async close(): Promise<void> {
    this.#balancer?.close();
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
