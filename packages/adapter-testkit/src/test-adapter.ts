import { adapterCases } from "./adapter-cases.ts";
import type { AdapterUnderTest } from "./adapter-under-test.ts";

/** The two functions that vitest, jest and `node:test` have in common. */
export interface TestFunctions {
  readonly describe: (name: string, define: () => void) => unknown;
  readonly it: (name: string, run: () => Promise<void>) => unknown;
}

/** Registers a test for every duty of an adapter. */
export function testAdapter({ describe, it }: TestFunctions, subject: AdapterUnderTest): void {
  describe(subject.name, () => {
    for (const { part, name, run } of adapterCases(subject)) it(`${part}: ${name}`, run);
  });
}
