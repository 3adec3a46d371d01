import { expectRising, expectSame, expectThere } from "../expectations.ts";
import { CHANNEL, TTL } from "../store-bench.ts";
import type { CaseDefinition } from "../store-case.ts";

export const restartCases: readonly CaseDefinition[] = [
  {
    name: "has its clients again after a restart, as they were",
    needs: "durability",
    async check(bench) {
      await bench.clients.create("a", "data", TTL);
      await bench.clients.subscribe("a", CHANNEL);
      await bench.append("one");
      const before = await bench.claim("a", await bench.heads());
      await bench.create("gone");
      await bench.clients.destroy("gone", "disconnect");
      const after = await bench.restart();
      const claimed = await after.claim("a");
      expectSame(claimed, { ...before, generation: before.generation + 1 }, "the claimed client");
      expectSame(await after.clients.claim("gone", "node-1", TTL), undefined, "a destroyed client");
    },
  },
  {
    name: "gives out no position after a restart that it gave out before",
    needs: "durability",
    async check(bench) {
      const { position } = await bench.append("before");
      const after = await bench.restart();
      const next = await after.append("after");
      expectRising([position, next.position], "positions before and after");
    },
  },
  {
    name: "returns or reports after a restart what a client has not seen before it",
    needs: "durability",
    async check(bench) {
      const { cursor } = await bench.create("a");
      await bench.append("not seen");
      const after = await bench.restart();
      const partition = after.log.partitionOf(CHANNEL);
      const start = expectThere(cursor[partition], "a position");
      const { entries, hasGap } = await after.log.read(partition, start, 10);
      expectSame(entries.length === 1 || hasGap, true, "whether it is there or reported as a gap");
    },
  },
];
