import type { CaseResult, Published } from "./results-file.ts";

/** What was measured, with the instructions that were counted for the same; and what was only counted. */
export function mergedResults({ measured, counted }: Published): readonly CaseResult[] {
  const countedOnly = new Map(counted?.results.map((each) => [keyOf(each), each]));
  const both = measured.results.map((each) => {
    const instructions = countedOnly.get(keyOf(each))?.median;
    countedOnly.delete(keyOf(each));
    return { ...each, median: { ...each.median, ...instructions } };
  });
  return [...both, ...countedOnly.values()];
}

function keyOf({ workload, server }: CaseResult): string {
  return `${server}: ${workload}`;
}
