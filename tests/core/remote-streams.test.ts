import { type Message, RemoteError, type RemoteRequest } from "@encke/core";
import { describe, expect, it } from "vitest";
import type { Talker } from "../support/talker.ts";
import { STORE_KINDS, World } from "../support/world.ts";

/** An async iterable that the test feeds. */
class Source implements AsyncIterable<unknown> {
  isReturned = false;
  /** How many values were asked for. */
  asked = 0;
  readonly #waiting: ((next: IteratorResult<unknown>) => void)[] = [];
  #failure: ((cause: unknown) => void) | undefined;

  [Symbol.asyncIterator](): AsyncIterator<unknown> {
    return {
      next: () => {
        this.asked++;
        return new Promise((resolve, reject) => {
          this.#waiting.push(resolve);
          this.#failure = reject;
        });
      },
      return: async () => {
        this.isReturned = true;
        for (const resolve of this.#waiting.splice(0)) resolve({ done: true, value: undefined });
        return { done: true, value: undefined };
      },
    };
  }

  give(value: unknown): void {
    this.#waiting.shift()?.({ done: false, value });
  }

  end(): void {
    this.#waiting.shift()?.({ done: true, value: undefined });
  }

  fail(cause: unknown): void {
    this.#failure?.(cause);
  }
}

async function start(world: World, source: Source): Promise<Talker> {
  world.comet.remote("ticks", () => source);
  const talker = await world.connected();
  await world.answer(talker.say({ channel: "/service/ticks", id: "call", data: {} }));
  return talker;
}

async function received(world: World, talker: Talker): Promise<readonly Message[]> {
  const messages = await world.answer(talker.poll({ advice: { timeout: 0 } }));
  return messages.filter(({ id }) => id === "call");
}

describe.each(STORE_KINDS)("a stream of replies, over $name", (kind) => {
  it("sends each value as it comes, numbered, and says when it is done", async () => {
    const world = new World({ kind });
    const source = new Source();
    const talker = await start(world, source);
    for (const value of ["a", "b"]) {
      source.give(value);
      await world.settle();
    }
    const reply = { channel: "/service/ticks", id: "call", successful: true };
    expect(await received(world, talker)).toEqual([
      { ...reply, data: "a", ext: { stream: { seq: 0 } } },
      { ...reply, data: "b", ext: { stream: { seq: 1 } } },
    ]);
    source.end();
    await world.settle();
    expect(await received(world, talker)).toEqual([
      { ...reply, data: null, ext: { stream: { seq: 2, done: true } } },
    ]);
  });

  it("ends with the error of the handler, masked where it is not for the caller", async () => {
    for (const [cause, code] of [
      [new RemoteError("closed", "The market has closed."), "closed"],
      [new Error("secret"), "server_error"],
    ] as const) {
      const world = new World({ kind, log: () => undefined });
      const source = new Source();
      const talker = await start(world, source);
      source.fail(cause);
      await world.settle();
      const messages = await received(world, talker);
      expect(messages).toMatchObject([
        { successful: false, data: { code }, ext: { stream: { seq: 0, done: true } } },
      ]);
      expect(JSON.stringify(messages)).not.toContain("secret");
    }
  });

  it("ends with an error at a value that has no JSON", async () => {
    const world = new World({ kind, log: () => undefined });
    const source = new Source();
    const talker = await start(world, source);
    source.give(1n);
    await world.settle();
    expect(await received(world, talker)).toMatchObject([
      { successful: false, ext: { stream: { done: true } } },
    ]);
  });

  it("stops when the caller cancels, and says no more", async () => {
    const world = new World({ kind });
    const source = new Source();
    const talker = await start(world, source);
    const cancel = { channel: "/service/ticks", id: "call", data: null };
    const receipt = talker.say({ ...cancel, ext: { stream: { cancel: true } } });
    expect(await world.reply(receipt)).toMatchObject({ successful: true });
    expect(source.isReturned).toBe(true);
    source.give("late");
    await world.settle();
    expect(await received(world, talker)).toEqual([]);
  });

  it("takes it for no failure that the values end with an error when nobody wants them any more", async () => {
    const logged: unknown[] = [];
    const world = new World({ kind, log: (...line) => logged.push(line) });
    let isRejected = false;
    world.comet.remote("ticks", async function* ({ signal }) {
      yield 1;
      await new Promise((_, reject) => {
        signal.addEventListener("abort", () => {
          isRejected = true;
          reject(new Error("The operation was aborted."));
        });
      });
    });
    const talker = await world.connected();
    await world.answer(talker.say({ channel: "/service/ticks", id: "call", data: {} }));
    await world.settle();
    await world.answer(talker.disconnect());
    await world.settle();
    expect(isRejected).toBe(true);
    expect(logged).toEqual([]);
  });

  it("stops when the caller goes", async () => {
    const world = new World({ kind });
    const source = new Source();
    const talker = await start(world, source);
    await world.answer(talker.disconnect());
    expect(source.isReturned).toBe(true);
    expect(world.comet.stats().timers).toBe(1);
  });

  it("asks for no more values than the caller reads", async () => {
    const world = new World({ kind, limits: { mailboxMessages: 8 } });
    const source = new Source();
    const talker = await start(world, source);
    for (let value = 0; value < 5; value++) {
      source.give(value);
      await world.settle();
    }
    const asked = source.asked;
    expect(asked).toBeLessThanOrEqual(3);
    await world.answer(talker.poll({ advice: { timeout: 0 } }));
    await world.pass(200);
    expect(source.asked).toBe(asked + 1);
  });
});

describe("a stream of replies", () => {
  it("may come of a handler that answers later, and is not bound by its timeout then", async () => {
    const world = new World();
    const source = new Source();
    world.comet.remote("ticks", async () => source, { timeout: 1_000 });
    const talker = await world.connected();
    await world.answer(talker.say({ channel: "/service/ticks", id: "call", data: {} }));
    await world.pass(5_000);
    source.give("still there");
    await world.settle();
    expect(await received(world, talker)).toMatchObject([{ data: "still there" }]);
  });

  it("is returned unread when the caller has gone before it came", async () => {
    const world = new World();
    const source = new Source();
    const calls: RemoteRequest[] = [];
    let answer: (value: unknown) => void = () => undefined;
    world.comet.remote("ticks", (request) => {
      calls.push(request);
      return new Promise((resolve) => {
        answer = resolve;
      });
    });
    const talker = await world.connected();
    await world.answer(talker.say({ channel: "/service/ticks", id: "call", data: {} }));
    await world.answer(talker.disconnect());
    answer(source);
    await world.settle();
    expect(source.isReturned).toBe(true);
    expect(calls[0]?.signal.aborted).toBe(true);
  });
});
