import { type Ledger, type Manner, sumOf, type Tally } from "./ledger.ts";

/** What came of a story. */
export interface Outcome {
  readonly tallies: Readonly<Record<Manner, Tally>>;
  /** By kind of client, what came to those that did not get everything once and in order. */
  readonly kinds: Readonly<Record<string, Tally>>;
  /** What should not have happened, in words. Those that do not acknowledge may be forgotten, lose messages, or get them twice. */
  readonly troubles: readonly string[];
}

/** `published`: the last number on each channel. */
export function outcomeOf(
  ledgers: readonly Ledger[],
  published: ReadonlyMap<string, number>,
): Outcome {
  const tallied = ledgers.map((ledger) => ({ ledger, tally: ledger.tally(published) }));
  const of = (manner: Manner): Tally =>
    sumOf(tallied.flatMap(({ ledger, tally }) => (ledger.manner === manner ? [tally] : [])));
  const kinds: Record<string, Tally> = {};
  for (const { ledger, tally } of tallied.filter((one) => !isPerfect(one.tally))) {
    const kind = `${ledger.kind} (${ledger.manner})`;
    kinds[kind] = sumOf([tally, ...(kinds[kind] === undefined ? [] : [kinds[kind]])]);
  }
  return {
    tallies: {
      acknowledging: of("acknowledging"),
      polling: of("polling"),
      socket: of("socket"),
    },
    kinds,
    troubles: tallied.flatMap(({ ledger, tally }) => troublesOf(ledger, tally)),
  };
}

function isPerfect({ lost, doubled, reordered }: Tally): boolean {
  return lost + doubled + reordered === 0;
}

function troublesOf({ kind, manner, troubles }: Ledger, tally: Tally): readonly string[] {
  const { expected, lost, doubled, reordered } = tally;
  const figures = `${expected} expected, ${lost} lost, ${doubled} doubled, ${reordered} reordered`;
  const acknowledges = manner === "acknowledging";
  const isWrong = acknowledges ? !isPerfect(tally) : reordered > 0;
  const own = acknowledges ? troubles : [];
  return [...own, ...(isWrong ? [figures] : [])].map((text) => `${kind}: ${text}`);
}
