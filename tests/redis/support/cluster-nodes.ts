import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { attachComet } from "@encke/adapter-node-http";
import { type Comet, createComet } from "@encke/core";
import { ack } from "@encke/extensions";
import { RedisStore, type RedisStoreOptions } from "@encke/store-redis";
import { HOLD } from "../../faults/support/cluster.ts";

interface Node {
  readonly comet: Comet;
  readonly store: RedisStore;
  readonly server: Server;
}

/** Nodes of this process that have nothing in common but what is in Redis. */
export class ClusterNodes {
  readonly #options: RedisStoreOptions;
  readonly #nodes: Node[] = [];
  #next = 0;

  private constructor(options: RedisStoreOptions) {
    this.#options = options;
  }

  static async start(size: number, options: RedisStoreOptions): Promise<ClusterNodes> {
    const nodes = new ClusterNodes(options);
    for (let index = 0; index < size; index++) await nodes.add();
    return nodes;
  }

  /** The Comet of another one each time. */
  readonly any = (): string => urlOf(this.#nodes[this.#next++ % this.#nodes.length] as Node);

  /** That of one of them, the oldest first. */
  urlOf(index: number): string {
    return urlOf(this.#nodes[index] as Node);
  }

  get comets(): readonly Comet[] {
    return this.#nodes.map(({ comet }) => comet);
  }

  async add(): Promise<void> {
    const store = new RedisStore(this.#options);
    const comet = createComet({ store, timeout: HOLD, allowRootWildcard: true, log: () => {} });
    comet.use(ack());
    await comet.opened;
    const server = createServer();
    attachComet(server, comet, { path: "/comet" });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    this.#nodes.push({ comet, store, server });
  }

  /** From one moment to the next, nothing of the oldest one reaches anybody any more. */
  async kill(): Promise<void> {
    const { comet, store, server } = this.#nodes.shift() as Node;
    server.closeAllConnections();
    server.close();
    await store.close(0);
    await comet.close();
  }

  /** The oldest one goes as it should. */
  async retire(): Promise<void> {
    const { comet, server } = this.#nodes.shift() as Node;
    await comet.close();
    server.closeAllConnections();
    server.close();
  }

  async close(): Promise<void> {
    while (this.#nodes.length > 0) await this.kill();
  }
}

function urlOf({ server }: Node): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/comet`;
}
