import { ABILITIES } from "./abilities.ts";
import { appendCases } from "./cases/append-cases.ts";
import { claimCases } from "./cases/claim-cases.ts";
import { clientCases } from "./cases/client-cases.ts";
import { closingCases } from "./cases/closing-cases.ts";
import { feedCases } from "./cases/feed-cases.ts";
import { historyCases } from "./cases/history-cases.ts";
import { lifetimeCases } from "./cases/lifetime-cases.ts";
import { presenceCases } from "./cases/presence-cases.ts";
import { producerCases } from "./cases/producer-cases.ts";
import { readCases } from "./cases/read-cases.ts";
import { restartCases } from "./cases/restart-cases.ts";
import { subscriptionCases } from "./cases/subscription-cases.ts";
import { succeeds } from "./expectations.ts";
import { StoreBench } from "./store-bench.ts";
import type { CaseDefinition, StoreCase } from "./store-case.ts";
import type { StoreUnderTest } from "./store-under-test.ts";

const PARTS: Readonly<Record<string, readonly CaseDefinition[]>> = {
  "appending to the log": appendCases,
  "the feed": feedCases,
  "reading the log": readCases,
  "publications that are repeated": producerCases,
  clients: clientCases,
  "claims and commits": claimCases,
  subscriptions: subscriptionCases,
  "the life of a client": lifetimeCases,
  "opening and closing": closingCases,
  history: historyCases,
  presence: presenceCases,
  "a restart": restartCases,
};

/**
 * Every promise of the seam as data, for those who run them in their own way. What a store does not declare is
 * not left out: its case is replaced by one that says so in its name, and that fails if the store can do it after all.
 */
export function storeCases(subject: StoreUnderTest): readonly StoreCase[] {
  return Object.entries(PARTS).flatMap(([part, definitions]) =>
    definitions.map((definition) => {
      const { name, check } = asked(definition, subject);
      return { part, name, run: () => runOnNewStore(subject, check) };
    }),
  );
}

type Check = (bench: StoreBench) => Promise<void> | void;

function asked(
  { name, needs, check }: CaseDefinition,
  subject: StoreUnderTest,
): { readonly name: string; readonly check: Check } {
  if (needs === undefined) return { name, check };
  const { isDeclaredBy, lack, checkLack } = ABILITIES[needs];
  if (isDeclaredBy(subject)) return { name, check };
  return { name: `${name} - not asked of this store: ${lack}`, check: checkLack };
}

async function runOnNewStore(subject: StoreUnderTest, check: Check): Promise<void> {
  const bench = await StoreBench.open(subject, subject.create());
  try {
    await check(bench);
  } catch (cause) {
    // How a store ends that has broken a promise already must not hide which one.
    await succeeds(() => bench.end());
    throw cause;
  }
  await bench.end();
}
