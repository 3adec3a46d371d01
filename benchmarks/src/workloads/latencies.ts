const BUCKET_MS = 0.01;
const BUCKETS = 1_000_000;

/** Latencies in steps of 10 µs up to 10 s, so that recording one is an addition. */
export class Latencies {
  readonly #counts = new Uint32Array(BUCKETS);
  #size = 0;

  record(ms: number): void {
    const bucket = Math.min(Math.floor(ms / BUCKET_MS), BUCKETS - 1);
    this.#counts[bucket] = (this.#counts[bucket] as number) + 1;
    this.#size++;
  }

  /** In milliseconds; `share` from 0 to 1. */
  percentile(share: number): number {
    let left = Math.ceil(this.#size * share);
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      left -= this.#counts[bucket] as number;
      if (left <= 0) return (bucket + 1) * BUCKET_MS;
    }
    return BUCKETS * BUCKET_MS;
  }
}
