import { setTimeout as pause } from "node:timers/promises";
import type { SharedLog } from "./shared-log.ts";

/** Characters of a message, about. */
const SIZE = 250;
/** Messages that are under way at a time where there is no rate. */
const SATURATED = 2_000;

export interface Load {
  /** Messages a second; 0: as many as go. */
  readonly rate: number;
  readonly seconds: number;
}

/** A number that says when it was sent: a clock that all processes of a machine have in common, in milliseconds. */
export function clock(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** The time when a message was made, and its number. */
export function readMessage(text: string): { readonly sentAt: number; readonly number: number } {
  const [sentAt = "", number = ""] = text.slice(text.lastIndexOf(" ") + 1).split(":");
  return { sentAt: Number(sentAt), number: Number(number) };
}

/** Puts messages with the numbers after `last` into the log. Resolves to the last one, when all are stored. */
export async function run(log: SharedLog, { rate, seconds }: Load, last: number): Promise<number> {
  const begin = clock();
  const underWay = new Set<Promise<unknown>>();
  let number = last;
  const send = (): void => {
    const appended = log.append(message(++number)).finally(() => underWay.delete(appended));
    underWay.add(appended);
  };
  for (let passed = 0; passed < seconds * 1_000; passed = clock() - begin) {
    if (rate === 0) while (underWay.size < SATURATED) send();
    else while (number - last < (passed * rate) / 1_000) send();
    await (rate === 0 ? Promise.race(underWay) : pause(1));
  }
  await Promise.all(underWay);
  return number;
}

function message(number: number): string {
  return `${"x".repeat(SIZE)} ${clock()}:${number}`;
}
