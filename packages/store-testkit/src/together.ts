import type { Awaitable } from "@encke/core";
import { ContractViolation } from "./contract-violation.ts";

/** Starts `count` tasks in one turn, in order, and collects what they answer. */
export async function together<T>(
  count: number,
  task: (index: number) => Awaitable<T>,
): Promise<readonly T[]> {
  return await Promise.all(Array.from({ length: count }, async (_, index) => await task(index)));
}

/** Runs the tasks one after the other. */
export async function inTurn<T>(
  count: number,
  task: (index: number) => Awaitable<T>,
): Promise<readonly T[]> {
  const answers: T[] = [];
  for (let index = 0; index < count; index++) answers.push(await task(index));
  return answers;
}

/** Fails when the answer takes longer than `ms` milliseconds of real time. */
export async function within<T>(ms: number, answer: Awaitable<T>, what: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ContractViolation(`${what}: not after ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([answer, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
