import type { Awaitable } from "@encke/core";
import { ContractViolation } from "./contract-violation.ts";
import { canonical, show } from "./show.ts";

/** Fails with `what` unless it holds. */
export function expectThat(holds: boolean, what: string): asserts holds {
  if (!holds) throw new ContractViolation(what);
}

/** Fails unless both have the same content. Maps count as their entries in order. */
export function expectSame(actual: unknown, expected: unknown, what: string): void {
  if (canonical(actual) === canonical(expected)) return;
  throw new ContractViolation(`${what}: expected ${show(expected)}, got ${show(actual)}`);
}

/** The value, which must be there. */
export function expectThere<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new ContractViolation(`${what}: expected a value, got undefined`);
  return value;
}

/** Fails unless the task throws or rejects. */
export async function expectRefused(task: () => Awaitable<unknown>, what: string): Promise<void> {
  const isRefused = await succeeds(task).then((isDone) => !isDone);
  expectThat(isRefused, `${what}: expected a throw or a rejection`);
}

/** False when the task throws or rejects. */
export async function succeeds(task: () => Awaitable<unknown>): Promise<boolean> {
  try {
    await task();
    return true;
  } catch {
    return false;
  }
}

/** Fails unless each number is above the one before. */
export function expectRising(numbers: readonly number[], what: string): void {
  for (const [index, number] of numbers.entries()) {
    const before = numbers[index - 1];
    if (before !== undefined && number <= before) {
      throw new ContractViolation(`${what}: ${number} does not come after ${before}`);
    }
  }
}
