import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Partition } from "./partition.ts";
import { Deadlines } from "./port/deadlines.ts";
import type { RedisLink } from "./port/redis-link.ts";
import type { RedisConnection, Reply } from "./port/redis-port.ts";
import { RecentEntries } from "./recent-entries.ts";
import { Recovery } from "./recovery.ts";

interface Server {
  readonly uptime: number;
  /** The last position in its log, where there is a log. */
  readonly last?: number;
}

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

/** Milliseconds until a node that has just come may use its connection. */
async function waitFor({ uptime, last }: Server): Promise<number> {
  const recovery = new Recovery({
    ...{ host, deadlines: new Deadlines(host), maxProducers: 1 },
    ...{ onOther: () => {}, onForgotten: () => {} },
    partition: new Partition("p", 1, {} as RedisLink),
    recent: new RecentEntries(host, 1),
  });
  const call = async ([command]: readonly string[]): Promise<Reply> =>
    command === "INFO" ? `run_id:x\r\nuptime_in_seconds:${uptime}\r\n` : `${last ?? ""}`;
  let isReady = false;
  const prepared = recovery.prepare({ call } as RedisConnection).then(() => {
    isReady = true;
  });
  const start = host.now();
  await vi.advanceTimersByTimeAsync(0);
  while (!isReady) await vi.advanceTimersByTimeAsync(100);
  await prepared;
  return host.now() - start;
}

it("lets others put back first what they know when Redis has just been started again", async () => {
  expect(await waitFor({ uptime: 0, last: 5 })).toBe(2_000);
  expect(await waitFor({ uptime: 1, last: 5 })).toBe(1_000);
});

it.each([
  ["has been there for longer", { uptime: 2, last: 5 }],
  ["is empty", { uptime: 0 }],
])("waits for nobody when Redis %s", async (_, server) => {
  expect(await waitFor(server)).toBe(0);
});
