import type { Settled } from "./configuration.ts";

/** How long the client waits after failures: anything below a bound that doubles, from the increment to the maximum. */
export class Backoff {
  /** The last wait, in milliseconds. */
  period = 0;
  readonly #configuration: () => Settled;

  constructor(configuration: () => Settled) {
    this.#configuration = configuration;
  }

  /** The wait after so many failures in a row. */
  after(failures: number, random: () => number): number {
    const { backoffIncrement, maxBackoff } = this.#configuration();
    const bound = Math.min(maxBackoff, backoffIncrement * 2 ** (failures - 1));
    this.period = failures === 0 ? 0 : random() * bound;
    return this.period;
  }

  increase(): number {
    const { backoffIncrement, maxBackoff } = this.#configuration();
    this.period = Math.min(maxBackoff, this.period + backoffIncrement);
    return this.period;
  }
}
