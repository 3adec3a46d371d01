import type { CometEvents, IEventSource, SourceContext } from "@encke/core";
import { describe, expect, it } from "vitest";
import { SharedStore } from "../store/shared-store.ts";
import { FakePorts } from "../support/fake-ports.ts";
import type { Talker } from "../support/talker.ts";
import { STORE_KINDS, World } from "../support/world.ts";

/** A source that the test feeds, and that notes its lives. */
class Feed {
  readonly lives: SourceContext[] = [];
  readonly #waiting: ((next: IteratorResult<unknown>) => void)[] = [];
  #fail: ((cause: unknown) => void) | undefined;

  get running(): number {
    return this.lives.filter(({ signal }) => !signal.aborted).length;
  }

  start(context: SourceContext): AsyncIterable<unknown> {
    this.lives.push(context);
    const next = (): Promise<IteratorResult<unknown>> =>
      new Promise((resolve, reject) => {
        this.#waiting.push(resolve);
        this.#fail = reject;
      });
    const done = { done: true, value: undefined } as const;
    context.signal.addEventListener("abort", () => this.#waiting.shift()?.(done));
    return { [Symbol.asyncIterator]: () => ({ next, return: async () => done }) };
  }

  give(value: unknown): void {
    this.#waiting.shift()?.({ done: false, value });
  }

  fail(cause: unknown): void {
    this.#fail?.(cause);
  }
}

function published(world: World): unknown[] {
  const data: unknown[] = [];
  world.comet.on("published", (event) => data.push([event.channel, event.data]));
  return data;
}

async function leave(world: World, talker: Talker): Promise<void> {
  await world.answer(talker.disconnect());
}

describe.each(STORE_KINDS)("a source, over $name", (kind) => {
  it("runs from the first subscriber to the last", async () => {
    const world = new World({ kind });
    const feed = new Feed();
    world.comet.source("/news", feed);
    const ann = await world.connected();
    expect(feed.lives).toHaveLength(0);
    await world.answer(ann.subscribe("/news"));
    const bob = await world.subscriber("/news");
    expect(feed.running).toBe(1);
    const data = published(world);
    feed.give(1);
    await world.settle();
    expect(data).toEqual([["/news", 1]]);
    await leave(world, ann);
    expect(feed.running).toBe(1);
    await leave(world, bob);
    expect(feed.running).toBe(0);
    await world.subscriber("/news");
    expect([feed.lives.length, feed.running]).toEqual([2, 1]);
  });

  it("for a pattern gives each message its channel", async () => {
    const world = new World({ kind, log: () => undefined });
    const feed = new Feed();
    world.comet.source("/quotes/*", feed);
    await world.subscriber("/quotes/**");
    const data = published(world);
    feed.give({ channel: "/quotes/a", data: 1 });
    await world.settle();
    feed.give([
      { channel: "/quotes/b", data: 2 },
      { channel: "/quotes/c", data: 3 },
    ]);
    await world.settle();
    expect(data).toEqual([
      ["/quotes/a", 1],
      ["/quotes/b", 2],
      ["/quotes/c", 3],
    ]);
  });

  it("is asked on the beat, and not while it has not answered", async () => {
    const world = new World({ kind });
    const answers: ((value: unknown) => void)[] = [];
    world.comet.source("/temperature", {
      every: 1_000,
      value: () => new Promise((resolve) => answers.push(resolve)),
    });
    const talker = await world.subscriber("/temperature");
    const data = published(world);
    answers[0]?.(20);
    await world.pass(1_200);
    expect(answers).toHaveLength(2);
    await world.pass(5_000);
    expect(answers).toHaveLength(2);
    answers[1]?.(undefined);
    await world.pass(1_200);
    expect(answers).toHaveLength(3);
    await leave(world, talker);
    answers[2]?.(22);
    await world.pass(5_000);
    expect(answers).toHaveLength(3);
    expect(data).toEqual([["/temperature", 20]]);
  });

  it("is tried again when it throws, later each time, until it gives something", async () => {
    const world = new World({ kind, log: () => undefined });
    const failures: number[] = [];
    world.comet.on("sourceFailed", ({ retryIn }: CometEvents["sourceFailed"]) =>
      failures.push(retryIn),
    );
    let asked = 0;
    world.comet.source("/broken", {
      every: 100,
      value: () => {
        asked++;
        if (asked === 3) return "works";
        throw new Error("broken");
      },
    });
    await world.subscriber("/broken");
    await world.settle();
    await world.pass(1_100);
    await world.pass(2_100);
    await world.pass(200);
    expect(failures).toEqual([1_000, 2_000, 1_000]);
  });

  it("does not begin again before it has ended", async () => {
    const world = new World({ kind });
    let end: () => void = () => undefined;
    let lives = 0;
    const slow: IEventSource = {
      async *start() {
        lives++;
        await new Promise<void>((resolve) => {
          end = resolve;
        });
      },
    };
    world.comet.source("/slow", slow);
    await leave(world, await world.subscriber("/slow"));
    await world.subscriber("/slow");
    expect(lives).toBe(1);
    end();
    await world.settle();
    expect(lives).toBe(2);
  });

  it("ends with the Comet, and when it is taken away", async () => {
    const world = new World({ kind });
    const [one, other] = [new Feed(), new Feed()];
    const cancel = world.comet.source("/a", one);
    world.comet.source("/a", other);
    await world.subscriber("/a");
    expect([one.running, other.running]).toEqual([1, 1]);
    cancel();
    expect([one.running, other.running]).toEqual([0, 1]);
    await world.close();
    expect(other.running).toBe(0);
    expect(world.ports.timers).toBe(0);
  });
});

describe("sources", () => {
  it("begin at once where there are subscribers already", async () => {
    const world = new World();
    await world.subscriber("/a/b");
    const feed = new Feed();
    world.comet.source("/a/**", feed);
    await world.settle();
    expect(feed.running).toBe(1);
  });

  it("are reported when they give a message for a channel that they are not for", async () => {
    const world = new World({ log: () => undefined });
    const failed: unknown[] = [];
    world.comet.on("sourceFailed", ({ cause }) => failed.push(cause));
    const feed = new Feed();
    world.comet.source("/a/*", feed);
    await world.subscriber("/a/*");
    feed.give({ channel: "/b", data: 1 });
    await world.settle();
    expect(failed).toMatchObject([expect.any(TypeError)]);
  });

  it.each([{}, undefined, { every: 0, value: () => 1 }, { every: 5 }, { start: 1 }])(
    "cannot be %j",
    (source) => {
      const { comet } = new World();
      expect(() => comet.source("/a", source as IEventSource)).toThrow(
        expect.objectContaining({ code: "options_invalid" }),
      );
    },
  );

  it.each(["/service/a", "/meta/a", "a"])("cannot be for %s", (pattern) => {
    const { comet } = new World();
    expect(() => comet.source(pattern, new Feed())).toThrow(
      expect.objectContaining({ code: "channel_pattern_invalid" }),
    );
  });
});

const LEASE = "encke:source:0:/news";

describe("a source on several nodes", () => {
  interface Cluster {
    readonly here: World;
    readonly there: World;
    readonly feeds: readonly [Feed, Feed];
    running(): readonly number[];
  }

  function cluster(): Cluster {
    const ports = new FakePorts();
    const store = new SharedStore();
    const here = new World({ store, ports });
    const there = new World({ store: new SharedStore(store), ports });
    const feeds = [new Feed(), new Feed()] as const;
    for (const [index, { comet }] of [here, there].entries()) {
      comet.source("/news", feeds[index] as Feed);
    }
    return { here, there, feeds, running: () => feeds.map(({ running }) => running) };
  }

  it("runs on one of those that have subscribers, and on the other when that has none", async () => {
    const { here, there, running } = cluster();
    const ann = await here.subscriber("/news");
    const bob = await there.subscriber("/news");
    expect(running()).toEqual([1, 0]);
    await there.pass(20_000 - 5_000);
    expect(running()).toEqual([1, 0]);
    await leave(here, ann);
    const poll = bob.poll();
    await there.pass(6_000);
    expect(running()).toEqual([0, 1]);
    poll.responder.leave();
    await leave(there, bob);
    expect(running()).toEqual([0, 0]);
  });

  it("goes on elsewhere when its node is gone without a word", async () => {
    const { there, running } = cluster();
    // What is left of a node that died.
    await there.store.clients.create(LEASE, "{}", 15_000);
    const bob = await there.subscriber("/news");
    bob.poll();
    await there.pass(14_000);
    expect(running()).toEqual([0, 0]);
    await there.pass(15_000);
    expect(running()).toEqual([0, 1]);
  });

  it("ends where another node has taken it over, and leaves it to that one", async () => {
    const { here, there, running } = cluster();
    const ann = await here.subscriber("/news");
    expect(running()).toEqual([1, 0]);
    const taken = await there.store.clients.claim(LEASE, "another", 60_000);
    await leave(here, ann);
    expect(running()).toEqual([0, 0]);
    const again = await there.store.clients.claim(LEASE, "another", 60_000);
    expect(again?.generation).toBe((taken?.generation ?? 0) + 1);
  });

  it("is not taken for another one of the same pattern", async () => {
    const { here, feeds } = cluster();
    const [second, third] = [new Feed(), new Feed()];
    const cancel = here.comet.source("/news", second);
    cancel();
    here.comet.source("/news", third);
    here.comet.source("/news", second);
    await here.subscriber("/news");
    expect([feeds[0], second, third].map(({ running }) => running)).toEqual([1, 1, 1]);
  });

  it("leaves nothing that could be taken for a client", async () => {
    const { here, there } = cluster();
    const gone: string[] = [];
    there.comet.on("disconnected", ({ client }) => gone.push(client.id));
    await here.subscriber("/news");
    const impostor = await there.connected();
    impostor.clientId = LEASE;
    expect(await there.reply(impostor.poll())).toMatchObject({
      error: expect.stringMatching(/^402/),
    });
    await there.pass(60_000);
    expect(gone.filter((id) => id.startsWith("encke:"))).toEqual([]);
  });
});
