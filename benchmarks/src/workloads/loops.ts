import type { Closable } from "../wires/wire.ts";
import { Latencies } from "./latencies.ts";
import { closeAll, type Session } from "./session.ts";
import type { Load } from "./workload.ts";

/** Several who do the same over and over, each beginning when it is done. */
export class Loops implements Session {
  readonly #steps: readonly (() => Promise<void>)[];
  readonly #clients: readonly Closable[];

  constructor(steps: readonly (() => Promise<void>)[], clients: readonly Closable[]) {
    this.#steps = steps;
    this.#clients = clients;
  }

  async drive(ms: number): Promise<Load> {
    const latencies = new Latencies();
    const start = performance.now();
    const end = start + ms;
    const done = await Promise.all(this.#steps.map((step) => repeat(step, end, latencies)));
    const operations = done.reduce((sum, count) => sum + count, 0);
    return { operations, seconds: (performance.now() - start) / 1_000, latencies };
  }

  close(): void {
    closeAll(this.#clients);
  }
}

/** Resolves with how often it was done. */
async function repeat(
  step: () => Promise<void>,
  end: number,
  latencies: Latencies,
): Promise<number> {
  let count = 0;
  for (let start = performance.now(); start < end; count++) {
    await step();
    const now = performance.now();
    latencies.record(now - start);
    start = now;
  }
  return count;
}
