import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Partition } from "./partition.ts";
import { Deadlines } from "./port/deadlines.ts";
import type { RedisLink } from "./port/redis-link.ts";
import type { RedisConnection, Reply } from "./port/redis-port.ts";
import { RecentEntries } from "./recent-entries.ts";
import { Recovery } from "./recovery.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const host = {
  now: () => Date.now(),
  after: (ms: number, callback: () => void) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
  log: () => {},
};

/** A Redis that says of itself what the test wants, and the recovery of a node that knows the position 5. */
class Scene {
  server = "x";
  uptime = 100;
  /** The last position in its log, and when it was made anew. */
  state: readonly (string | null)[] = ["5", null];
  /** Milliseconds after which it is to be repaired again, one for each time. */
  waits: number[] = [];
  remade = 0;
  repairs = 0;
  forgotten = 0;
  readonly recovery: Recovery;
  readonly #connection: RedisConnection;

  constructor() {
    const call = async ([command]: readonly string[]): Promise<Reply> => this.#answer(command);
    this.#connection = { call } as RedisConnection;
    const partition = new Partition("p", 1, {} as RedisLink);
    partition.see(5);
    this.recovery = new Recovery({
      ...{ host, partition, deadlines: new Deadlines(host), maxProducers: 1 },
      ...{ commands: this.#connection, recent: new RecentEntries(host, 1) },
      onOther: () => {},
      onForgotten: () => void this.forgotten++,
    });
  }

  #answer(command: string | undefined): Reply {
    if (command === "INFO") return `run_id:${this.server}\r\nuptime_in_seconds:${this.uptime}\r\n`;
    if (command === "HMGET") return this.state;
    this.repairs++;
    return [0, this.waits.shift() ?? 0, this.remade];
  }

  /** Milliseconds until a new connection may be used. */
  async prepare(): Promise<number> {
    let isReady = false;
    const prepared = this.recovery.prepare(this.#connection).then(() => {
      isReady = true;
    });
    const start = host.now();
    await vi.advanceTimersByTimeAsync(0);
    while (!isReady) await vi.advanceTimersByTimeAsync(100);
    await prepared;
    return host.now() - start;
  }
}

describe("a node that has just come", () => {
  it.each([
    [0, 2_000],
    [1, 1_000],
  ])("lets others put back first what they know in a Redis of %i s", async (uptime, wait) => {
    expect(await Object.assign(new Scene(), { uptime }).prepare()).toBe(wait);
  });

  it.each([
    ["has been there for longer", { uptime: 2 }],
    ["is empty", { uptime: 0, state: [null, null] }],
  ])("waits for nobody when Redis %s", async (_, server) => {
    expect(await Object.assign(new Scene(), server).prepare()).toBe(0);
  });
});

describe("a node", () => {
  it.each([
    ["is another one", { server: "y" }],
    ["is behind of what it knows", { state: ["4", null] }],
    ["has forgotten everything", { state: [null, null] }],
    ["was made anew by another node", { state: ["5", "9"] }],
  ])("puts back what it knows when Redis %s", async (_, change) => {
    const scene = new Scene();
    await scene.prepare();
    expect(scene.repairs).toBe(0);
    Object.assign(scene, change);
    await scene.prepare();
    expect(scene.repairs).toBe(1);
  });

  it("finds out without a new connection, too", async () => {
    const scene = new Scene();
    await scene.prepare();
    await scene.recovery.check();
    expect(scene.repairs).toBe(0);
    scene.state = ["4", null];
    await scene.recovery.check();
    expect(scene.repairs).toBe(1);
  });

  it("takes part once when another one has begun", async () => {
    const scene = new Scene();
    await scene.prepare();
    scene.state = ["5", "9"];
    scene.remade = 9;
    scene.recovery.takePart();
    scene.recovery.takePart();
    await vi.advanceTimersByTimeAsync(0);
    expect(scene.repairs).toBe(1);
    scene.recovery.takePart();
    await vi.advanceTimersByTimeAsync(0);
    expect(scene.repairs).toBe(1);
    scene.state = ["4", "9"];
    scene.recovery.takePart();
    await vi.advanceTimersByTimeAsync(0);
    expect(scene.repairs).toBe(2);
  });

  it("comes again when those have had their turn who have read more", async () => {
    const scene = new Scene();
    await scene.prepare();
    Object.assign(scene, { server: "y", waits: [300] });
    await scene.prepare();
    await vi.advanceTimersByTimeAsync(299);
    expect(scene.repairs).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(scene.repairs).toBe(2);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(scene.repairs).toBe(2);
  });

  it("does nothing between the two times, whoever waits for it", async () => {
    const scene = new Scene();
    await scene.prepare();
    Object.assign(scene, { state: ["4", null], waits: [300] });
    await scene.recovery.check();
    scene.recovery.takePart();
    await vi.advanceTimersByTimeAsync(200);
    expect(scene.repairs).toBe(1);
    await vi.advanceTimersByTimeAsync(100);
    expect(scene.repairs).toBe(2);
  });

  it("does with the next connection what has not come to its end", async () => {
    const scene = new Scene();
    await scene.prepare();
    Object.assign(scene, { server: "y", waits: [60_000] });
    await scene.prepare();
    await scene.prepare();
    expect(scene.repairs).toBe(2);
  });

  it("puts its clients back once for each time that Redis has forgotten them", async () => {
    const scene = new Scene();
    await scene.prepare();
    Object.assign(scene, { state: [null, null], remade: 9 });
    await scene.prepare();
    await scene.prepare();
    expect(scene.forgotten).toBe(1);
  });
});
