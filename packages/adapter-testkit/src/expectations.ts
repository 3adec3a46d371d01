import { ContractViolation } from "./contract-violation.ts";

const LONGEST = 300;

/** Fails with `what` unless it holds. */
export function expectThat(holds: boolean, what: string): asserts holds {
  if (!holds) throw new ContractViolation(what);
}

/** Fails unless both have the same JSON. */
export function expectEqual(actual: unknown, expected: unknown, what: string): void {
  const [got, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  expectThat(got === wanted, `${what}: expected ${brief(wanted)}, got ${brief(got)}`);
}

/** The promise's value. Fails when it takes longer than `ms` milliseconds of real time. */
export async function within<T>(ms: number, promise: PromiseLike<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new ContractViolation(`${what}: not within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function brief(text: string | undefined): string {
  if (text === undefined) return "nothing";
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text;
}
