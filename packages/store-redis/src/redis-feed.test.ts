import type { ControlEntry, LogEntry } from "@encke/core";
import { expect, it, onTestFinished, vi } from "vitest";
import { encode } from "./encoding.ts";
import { JointState } from "./joint-state.ts";
import { Partition } from "./partition.ts";
import type { RedisLink } from "./port/redis-link.ts";
import type { Reply } from "./port/redis-port.ts";
import { idOf } from "./positions.ts";
import { RecentEntries } from "./recent-entries.ts";
import { RedisFeed } from "./redis-feed.ts";

const MESSAGE = ["m", encode({ channel: "/room", json: "text" })];
const MOVED = ["c", JSON.stringify(["moved", "client", "a", 2])];

/** One entry of a stream that has one at each position from 1 on. */
function entry(position: number, field: readonly string[]): Reply {
  return [idOf(position), ["h", `${position - 1} 0 1`, ...field]];
}

/** The feed of a node `a` whose Redis answers when the test says so, and what it tells. */
class HandDrivenFeed {
  readonly told: string[] = [];
  readonly recent: RecentEntries;
  /** How often it was looked whether Redis has forgotten something. */
  checks = 0;
  /** What is done while somebody is asked who has moved away. */
  onLookAhead = (): void => {};
  now = 0;
  #answer: ((reply: Reply) => void) | undefined;
  #log: Reply[] = [];

  constructor() {
    const host = { node: "a", now: () => this.now, log: () => {} };
    this.recent = new RecentEntries(host, 1_000);
    const attemptLasting = (): Promise<Reply> => new Promise((resolve) => (this.#answer = resolve));
    const listener = {
      onEntries: (_: number, entries: readonly LogEntry[]) =>
        void this.told.push(...entries.map(({ position }) => `message ${position}`)),
      onControl: (_: number, { type, client }: ControlEntry) =>
        void this.told.push(`${type} ${client}`),
      onGap: () => void this.told.push("gap"),
      onState: (state: string) => void this.told.push(state),
    };
    const feed: RedisFeed = new RedisFeed(
      {
        ...{ host, index: 0, state: new JointState(listener) },
        partition: new Partition("p", 1, {} as RedisLink),
        recent: this.recent,
        link: { attemptLasting, pause: async () => {}, close: () => this.#answer?.(null) },
        commands: { call: async ([, , , , , id]) => this.#readAfter(id) },
        revive: async () => {},
        repair: async () => {},
        check: async () => void this.checks++,
        lookAhead: () => {
          this.onLookAhead();
          return feed.tellMoved();
        },
      },
      listener,
      0,
    );
    feed.start();
    onTestFinished(() => feed.close());
  }

  /** What stands in the log now. */
  has(...entries: readonly Reply[]): void {
    this.#log = [...entries];
  }

  /** The read that waits is answered with the first entries of the log. */
  async answer(count: number): Promise<void> {
    await vi.waitUntil(() => this.#answer !== undefined, { timeout: 15_000 });
    const answer = this.#answer;
    this.#answer = undefined;
    answer?.([["p:log", this.#log.splice(0, count)]]);
    await vi.waitUntil(() => this.#answer !== undefined, { timeout: 15_000 });
  }

  #readAfter(id: string | undefined): Reply {
    return [["p:log", this.#log.filter((one) => Array.isArray(one) && `${one[0]}` > `${id}`)]];
  }
}

it("tells news in order with the messages", async () => {
  const feed = new HandDrivenFeed();
  feed.has(entry(1, MESSAGE), entry(2, MOVED), entry(3, MESSAGE));
  await feed.answer(3);
  expect(feed.told).toEqual(["message 1", "moved client", "message 3"]);
});

it("tells first who has moved away when it has heard nothing for longer than Redis lets it wait", async () => {
  const feed = new HandDrivenFeed();
  feed.has(entry(1, MESSAGE), entry(2, MESSAGE), entry(3, MOVED));
  feed.now = 1_501;
  await feed.answer(1);
  expect(feed.told.slice(0, 2)).toEqual(["moved client", "message 1"]);
});

it("looks ahead once for each absence", async () => {
  const feed = new HandDrivenFeed();
  feed.has(entry(1, MESSAGE), entry(2, MESSAGE), entry(3, MOVED));
  feed.now = 1_501;
  await feed.answer(1);
  await feed.answer(2);
  expect(feed.told).toEqual([...["moved client", "message 1"], ...["message 2", "moved client"]]);
});

it("tells what this node has published and not read, when it has lost its place before that", async () => {
  const feed = new HandDrivenFeed();
  const again = (position: number, was: number): Reply =>
    entry(position, ["r", idOf(was), ...MESSAGE]);
  feed.has(entry(1, MESSAGE), again(2, 1), again(3, 4_096));
  feed.recent.add(4_096, ["h", "0 0 1 a 1"], "stored");
  await feed.answer(3);
  expect(feed.told).toEqual(["message 1", "message 3"]);
});

it("can put back what it has read and not told yet", async () => {
  const feed = new HandDrivenFeed();
  feed.has(entry(1, MESSAGE));
  feed.now = 1_501;
  let known: readonly string[] = [];
  feed.onLookAhead = () => {
    known = feed.recent.toArguments();
  };
  await feed.answer(1);
  expect(known.slice(0, 2)).toEqual(["1", idOf(1)]);
});

it("has it looked whether Redis has forgotten something when there is nothing to read", async () => {
  const feed = new HandDrivenFeed();
  feed.has(entry(1, MESSAGE));
  await feed.answer(1);
  expect(feed.checks).toBe(0);
  await feed.answer(0);
  expect(feed.checks).toBe(1);
});
