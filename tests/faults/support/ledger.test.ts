import { describe, expect, it } from "vitest";
import { Ledger, sumOf } from "./ledger.ts";

const PUBLISHED = new Map([["/c/0", 4]]);

function ledgerOf(...numbers: readonly number[]): Ledger {
  const ledger = new Ledger("one of ours", "acknowledging");
  for (const number of numbers) ledger.take("/c/0", number);
  return ledger;
}

describe("a ledger", () => {
  it("finds nothing wrong with each number once and in order", () => {
    const tally = ledgerOf(1, 2, 3, 4).tally(PUBLISHED);
    expect(tally).toEqual({ expected: 4, lost: 0, doubled: 0, reordered: 0 });
  });

  it("counts what is missing, on channels that brought nothing as well", () => {
    const published = new Map([...PUBLISHED, ["/c/1", 2]]);
    expect(ledgerOf(1, 4).tally(published)).toEqual({
      ...{ expected: 6, lost: 4, doubled: 0, reordered: 0 },
    });
  });

  it("counts what comes again as doubled, however late", () => {
    expect(ledgerOf(1, 2, 2, 3, 1, 4).tally(PUBLISHED)).toMatchObject({ lost: 0, doubled: 2 });
  });

  it("counts what comes late as reordered", () => {
    expect(ledgerOf(1, 3, 2, 4).tally(PUBLISHED)).toMatchObject({ lost: 0, reordered: 1 });
  });

  it("takes a second handshake and a gap for trouble", () => {
    const ledger = ledgerOf();
    ledger.noteHandshake();
    ledger.noteGap(undefined);
    ledger.begin();
    expect(ledger.troubles).toEqual([]);
    ledger.noteHandshake();
    ledger.noteGap({ from: 1 });
    expect(ledger.troubles).toHaveLength(2);
  });

  it("adds up with others", () => {
    const tallies = [ledgerOf(1, 2, 3), ledgerOf(1, 2, 3, 4, 4)].map((one) => one.tally(PUBLISHED));
    expect(sumOf(tallies)).toEqual({ expected: 8, lost: 1, doubled: 1, reordered: 0 });
  });
});
