import { randomUUID } from "node:crypto";
import type { Comet, SourceContext } from "@encke/core";
import { fromIoredis } from "@encke/store-redis";
import { Redis } from "ioredis";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { BareClient } from "../faults/support/clients/bare-client.ts";
import { redisForTests } from "../support/redis-server.ts";
import { ClusterNodes } from "./support/cluster-nodes.ts";
import { eventually } from "./support/eventually.ts";
import { IS_LONG } from "./support/is-long.ts";
import { ShiftedClock } from "./support/shifted-clock.ts";

/** Milliseconds after which a node that is not heard of has its sources no more. */
const LEASE = 15_000;

const server = await redisForTests();
afterAll(() => server.close());

/** Where a source runs, and at how many places at once it ever did. */
class Runs {
  readonly running: string[] = [];
  most = 0;

  on(comet: Comet, name: string): void {
    comet.source("/news", { start: (context) => this.#run(name, context) });
  }

  async *#run(name: string, { signal }: SourceContext): AsyncGenerator<unknown> {
    this.running.push(name);
    this.most = Math.max(this.most, this.running.length);
    yield name;
    await new Promise<void>((resolve) => {
      signal.addEventListener("abort", () => {
        this.running.splice(this.running.indexOf(name), 1);
        resolve();
      });
    });
  }
}

interface Story {
  readonly nodes: ClusterNodes;
  readonly clock: ShiftedClock;
  readonly runs: Runs;
  readonly there: BareClient;
}

/** Two nodes with a subscriber each, of which the first has the source. */
async function begin(): Promise<Story> {
  const clock = new ShiftedClock(fromIoredis(new Redis(server.url, { lazyConnect: true })));
  const nodes = await ClusterNodes.start(2, { port: clock.port, prefix: randomUUID() });
  onTestFinished(() => nodes.close());
  const runs = new Runs();
  for (const [index, comet] of nodes.comets.entries()) runs.on(comet, `node ${index}`);
  const urls = [nodes.urlOf(0), nodes.urlOf(1)] as const;
  const [here, there] = [new BareClient(() => urls[0]), new BareClient(() => urls[1])];
  await here.open(["/news"]);
  await eventually(() => runs.running.length === 1);
  await there.open(["/news"]);
  await eventually(() => there.ledger.count + here.ledger.count > 0);
  onTestFinished(async () => {
    const closing = [here.close(), there.close()];
    await nodes.close();
    await Promise.race([
      Promise.all(closing),
      new Promise((resolve) => setTimeout(resolve, 3_000)),
    ]);
  });
  return { nodes, clock, runs, there };
}

describe("a source on several nodes that share a Redis", () => {
  it("runs on one of them, and on another one when that goes", async () => {
    const { nodes, runs, there } = await begin();
    expect(runs.running).toEqual(["node 0"]);
    const before = there.ledger.count;
    const begun = performance.now();
    await nodes.retire();
    await eventually(() => runs.running.includes("node 1"));
    // It said that it goes: nobody had to wait until it was missed.
    expect(performance.now() - begun).toBeLessThan(LEASE);
    await eventually(() => there.ledger.count > before);
    expect(runs.most).toBe(1);
  }, 40_000);

  if (IS_LONG) {
    it("goes over to another one when its node is gone without a word", async () => {
      const { nodes, clock, runs, there } = await begin();
      const before = there.ledger.count;
      await nodes.kill();
      expect(runs.running).toEqual([]);
      clock.advance(LEASE);
      await eventually(() => runs.running.includes("node 1"));
      await eventually(() => there.ledger.count > before);
      expect(runs.most).toBe(1);
    }, 40_000);
  }
});
