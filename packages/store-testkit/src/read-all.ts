import type { IMessageLog, LogEntry, Position } from "@encke/core";
import { expectSame, expectThat } from "./expectations.ts";

const PAGE = 100;

/** Everything after a position, page by page. Fails on a gap, and on a page that leads nowhere. */
export async function readEntries(
  log: IMessageLog,
  partition: number,
  from: Position,
): Promise<readonly LogEntry[]> {
  const all: LogEntry[] = [];
  for (let after = from; ; ) {
    const { entries, isComplete, hasGap } = await log.read(partition, after, PAGE);
    expectSame(hasGap, false, `hasGap when reading after ${after}`);
    all.push(...entries);
    if (isComplete) return all;
    const last = entries.at(-1);
    expectThat(last !== undefined && last.position > after, `no way on after ${after}`);
    after = last.position;
  }
}

/** The texts of {@link readEntries}. */
export async function readAll(
  log: IMessageLog,
  partition: number,
  from: Position,
): Promise<readonly string[]> {
  return (await readEntries(log, partition, from)).map(({ json }) => json);
}
