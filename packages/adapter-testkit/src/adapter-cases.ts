import { AdapterBench } from "./adapter-bench.ts";
import type { AdapterCase, CaseDefinition } from "./adapter-case.ts";
import type { AdapterUnderTest } from "./adapter-under-test.ts";
import { backPressureCases } from "./cases/back-pressure-cases.ts";
import { closingCases } from "./cases/closing-cases.ts";
import { contextCases } from "./cases/context-cases.ts";
import { exchangeCases } from "./cases/exchange-cases.ts";
import { holdingCases } from "./cases/holding-cases.ts";
import { identityCases } from "./cases/identity-cases.ts";
import { leavingCases } from "./cases/leaving-cases.ts";
import { refusalCases } from "./cases/refusal-cases.ts";
import { expectThat } from "./expectations.ts";

const PARTS: Readonly<Record<string, readonly CaseDefinition[]>> = {
  exchanges: exchangeCases,
  "held connects": holdingCases,
  "peers that go away": leavingCases,
  "bad requests": refusalCases,
  "who is asking": identityCases,
  "the context of a request": contextCases,
  "slow readers": backPressureCases,
  "the end": closingCases,
};

/**
 * Every duty of an adapter as data, for those who run them in their own way. What an adapter says it cannot do is
 * not left out: its case is replaced by one that gives the reason in its name.
 */
export function adapterCases(subject: AdapterUnderTest): readonly AdapterCase[] {
  return Object.entries(PARTS).flatMap(([part, definitions]) =>
    definitions.map((definition) => ({ part, ...asked(definition, subject) })),
  );
}

function asked(
  definition: CaseDefinition,
  subject: AdapterUnderTest,
): Pick<AdapterCase, "name" | "run"> {
  const { name, needs } = definition;
  const reason = needs === undefined ? undefined : subject.cannot?.[needs];
  if (reason === undefined) return { name, run: () => runOn(subject, definition) };
  return {
    name: `${name} - not asked of this adapter: ${reason}`,
    run: async () =>
      expectThat(reason.trim() !== "", `no reason is given why it cannot do ${needs}`),
  };
}

async function runOn(subject: AdapterUnderTest, { options, check }: CaseDefinition): Promise<void> {
  const bench = await AdapterBench.open(subject, options);
  // What the case found says more than what went wrong afterwards.
  const [checked] = await Promise.allSettled([check(bench)]);
  const [ended] = await Promise.allSettled([bench.end()]);
  for (const outcome of [checked, ended]) if (outcome.status === "rejected") throw outcome.reason;
}
