import { storeCases } from "./store-cases.ts";
import type { StoreUnderTest } from "./store-under-test.ts";

/** The two functions that vitest, jest and `node:test` have in common. */
export interface TestFunctions {
  readonly describe: (name: string, define: () => void) => unknown;
  readonly it: (name: string, run: () => Promise<void>) => unknown;
}

/** Registers a test for every promise of the seam, in a block for each part of it. */
export function testStore({ describe, it }: TestFunctions, subject: StoreUnderTest): void {
  const cases = storeCases(subject);
  describe(subject.name, () => {
    for (const part of new Set(cases.map((storeCase) => storeCase.part))) {
      describe(part, () => {
        for (const { name, run } of cases.filter((storeCase) => storeCase.part === part)) {
          it(name, run);
        }
      });
    }
  });
}
