import { expectSame, expectThat, succeeds } from "../expectations.ts";
import { jsonOf, TTL } from "../store-bench.ts";
import type { CaseDefinition } from "../store-case.ts";
import { together, within } from "../together.ts";

const DEADLINE = 500;

export const closingCases: readonly CaseDefinition[] = [
  {
    name: "declares what the kit was told",
    async check({ store, subject }) {
      const { history, presence, ...capabilities } = subject.declares;
      expectSame(store.capabilities, capabilities, "capabilities");
      expectSame(store.history !== undefined, history, "whether there is a history");
      expectSame(store.presence !== undefined, presence, "whether there is presence");
    },
  },
  {
    name: "settles all that was asked of it before it was closed",
    async check(bench) {
      const asked: readonly Promise<readonly unknown[]>[] = [
        together(20, (index) => bench.append(`${index}`)),
        together(20, (index) => bench.create(`client-${index}`)),
      ];
      await bench.store.close(DEADLINE);
      const what = "what was asked before";
      for (const task of asked)
        expectSame((await within(bench.patience, task, what)).length, 20, what);
    },
  },
  {
    name: "closes within its deadline",
    async check(bench) {
      await bench.append("there");
      await bench.create("a");
      const closed = bench.store.close(DEADLINE);
      await within(DEADLINE + bench.patience, closed, "closing the store");
    },
  },
  {
    name: "does nothing when it is closed a second time",
    async check(bench) {
      const first = succeeds(() => bench.store.close(DEADLINE));
      const meanwhile = await succeeds(() => bench.store.close(DEADLINE));
      const afterwards = await succeeds(() => bench.store.close(DEADLINE));
      expectSame([await first, meanwhile, afterwards], [true, true, true], "whether it closed");
    },
  },
  {
    name: "tells nothing more when it is closed",
    async check(bench) {
      await bench.append("last");
      await bench.feed.untilFed(jsonOf("last"));
      await bench.store.close(DEADLINE);
      await succeeds(() => bench.append("too late"));
      bench.host.advance(TTL);
      expectSame(bench.feed.entries.length, 1, "messages that the feed told");
    },
  },
  {
    name: "leaves no timer of its host behind when it is closed",
    async check(bench) {
      await bench.append("there");
      await bench.create("a");
      await bench.store.close(DEADLINE);
      expectThat(bench.host.waitingTimers === 0, `${bench.host.waitingTimers} timers are left`);
    },
  },
];
