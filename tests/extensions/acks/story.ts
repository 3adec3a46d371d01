import type { Awaitable, LogEntry } from "@encke/core";
import { ack } from "@encke/extensions";
import { PartitionedStore } from "../../store/partitioned-store.ts";
import { SharedStore } from "../../store/shared-store.ts";
import { FakePorts } from "../../support/fake-ports.ts";
import { type StoreKind, World } from "../../support/world.ts";
import { AckingPeer } from "./acking-peer.ts";
import { type Action, NODES } from "./actions.ts";

const SECRET = "/a/secret";
const DAY = 86_400_000;

interface Decision {
  readonly allow: boolean;
}

type Store = SharedStore | PartitionedStore;

interface Node {
  readonly world: World;
  readonly store: Store;
}

/** Acts a list of actions out on a cluster with one client that acknowledges. */
export class Story {
  readonly peer = new AckingPeer();
  readonly #kind: StoreKind;
  readonly #ports = new FakePorts();
  readonly #shared: Store;
  readonly #nodes: Node[] = [];
  readonly #undecided: (() => void)[] = [];
  #isSlow = false;
  #count = 0;

  constructor(kind: StoreKind, shared: Store = new SharedStore()) {
    this.#kind = kind;
    this.#shared = shared;
  }

  async begin(): Promise<void> {
    const { now, after, log } = this.#ports;
    this.#shared.open({ now, after, log, node: "none of them" });
    for (let index = 0; index < NODES; index++) this.#nodes.push(this.#makeNode());
    const { world } = this.#node(0);
    await this.peer.begin(world, ["/a/*", "/b"]);
    // From here on, who is asked takes his time.
    this.#isSlow = true;
  }

  async act(action: Action): Promise<void> {
    await this.#perform(action);
    for (const { world } of this.#nodes) await world.scheduler.settle();
  }

  /** All that is under way ends, and the client asks until nothing comes any more. */
  async finish(): Promise<void> {
    this.#isSlow = false;
    const { world } = this.#node(0);
    for (let quiet = 0; quiet < 2; ) {
      const before = this.peer.received.length;
      await this.#settle();
      this.peer.connect(world, "poll");
      await this.#settle();
      await this.#pass(2_000);
      this.peer.read();
      this.peer.settle(0, true);
      await this.#settle();
      quiet = this.peer.received.length === before ? quiet + 1 : 0;
    }
  }

  /** What the client should have got: in order, for each partition of the log. */
  owed(): unknown[][] {
    return this.#inPartitions((partition) => {
      const read = this.#shared.log.read(partition, 0, 100_000);
      const { entries } = read as { entries: readonly LogEntry[] };
      return entries
        .filter(({ channel }) => channel !== SECRET)
        .map(({ json }) => (JSON.parse(json) as { data: unknown }).data);
    });
  }

  /** What it has got. */
  received(): unknown[][] {
    const { log } = this.#shared;
    return this.#inPartitions((partition) =>
      this.peer.received.filter((data) => log.partitionOf(channelOf(data)) === partition),
    );
  }

  #inPartitions<T>(of: (partition: number) => T): T[] {
    return Array.from({ length: this.#shared.log.partitions }, (_, partition) => of(partition));
  }

  async #perform(action: Action): Promise<void> {
    switch (action.type) {
      case "connect":
        return this.peer.connect(this.#node(action.node).world, action.by);
      case "arrive":
        return this.peer.read();
      case "sent":
      case "failed":
        return this.peer.settle(action.exchange, action.type === "sent");
      case "publish":
        return this.#publish(this.#node(action.node).world, action.channel);
      case "deliver":
        return this.#deliver(this.#node(action.node).world);
      case "say":
        return this.peer.say(this.#node(action.node).world);
      case "pass":
        return this.#pass(action.ms);
      case "turn":
        return this.#ports.endTurn();
      case "answer":
        return this.#answer(this.#node(action.node).world, action.which);
      case "decide":
        return this.#decide(action.which);
      case "settle":
        return this.#settle();
      case "crash":
      case "restart":
        return this.#replace(action.node, action.type === "restart");
    }
  }

  #node(index: number): Node {
    return this.#nodes[index] as Node;
  }

  #makeNode(): Node {
    const shared = this.#shared;
    const store =
      shared instanceof SharedStore ? new SharedStore(shared) : new PartitionedStore(shared);
    const world = new World({
      kind: this.#kind,
      store,
      ports: this.#ports,
      maxInterval: DAY,
      limits: { handlerTimeout: DAY },
      policies: { subscribe: ({ channel }) => this.#ask(channel !== SECRET) },
      log: () => undefined,
    });
    world.comet.use(ack());
    world.comet.channel("/a/lazy", { lazy: 500 });
    world.comet.on("connecting", () => this.#ask(true));
    return { world, store };
  }

  #ask(allow: boolean): Awaitable<Decision> {
    const decision = { allow };
    if (!this.#isSlow) return decision;
    return new Promise((resolve) => this.#undecided.push(() => resolve(decision)));
  }

  #decide(which: number): void {
    const [decide] = this.#undecided.splice(which % Math.max(1, this.#undecided.length), 1);
    decide?.();
  }

  #publish({ comet }: World, channel: string): void {
    void comet.publish(channel, `${channel}#${this.#count++}`).catch(() => undefined);
  }

  #deliver({ comet }: World): void {
    void comet.deliver(this.peer.clientId, "/own", `/own#${this.#count++}`).catch(() => undefined);
  }

  #answer({ scheduler }: World, which: number): void {
    const { length } = scheduler.pending;
    if (length > 0) scheduler.release(which % length);
  }

  async #pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 100) {
      this.#ports.advance(Math.min(left, 100));
      for (const { world } of this.#nodes) await world.scheduler.settle();
    }
  }

  async #replace(index: number, isGraceful: boolean): Promise<void> {
    const { world, store } = this.#node(index);
    if (isGraceful) {
      // What the node says when it goes may still arrive.
      await world.close();
      this.peer.read();
    }
    this.peer.loseSight(world);
    store.close();
    this.#nodes[index] = this.#makeNode();
    await world.scheduler.settle();
  }

  async #settle(): Promise<void> {
    for (let round = 0; round < 3; round++) {
      while (this.#undecided.length > 0) this.#decide(0);
      for (const { world } of this.#nodes) await world.settle();
    }
  }
}

function channelOf(data: unknown): string {
  return String(data).split("#", 1)[0] as string;
}
