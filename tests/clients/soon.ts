import { expect } from "vitest";
import type { RealClient } from "./drivers/real-client.ts";

/** Asks again and again until the assertion holds, and fails when that takes too long. */
export function soon<Value>(ask: () => Value): ReturnType<typeof expect.poll<Awaited<Value>>> {
  return expect.poll(ask as () => Awaited<Value>, { interval: 20, timeout: 20_000 });
}

/** The data of everything that the client has received. */
export async function dataOf(client: RealClient): Promise<unknown[]> {
  return (await client.received()).map(({ data }) => data);
}
