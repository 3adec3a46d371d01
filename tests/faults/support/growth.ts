/** Bytes that something took, again and again. */
export interface Series {
  readonly what: string;
  readonly bytes: readonly number[];
  /** Bytes that it may have grown and still be as large as before: pages that come and go, buffers of what is on its way. */
  readonly allowance: number;
}

/** A series, as the page shows it. */
export interface Measure {
  readonly what: string;
  /** The median of the second fifth: the first is for what has to fill. */
  readonly early: number;
  /** Of the last fifth. */
  readonly late: number;
  readonly isGrowing: boolean;
}

export function measureOf({ what, bytes, allowance }: Series): Measure {
  const fifth = Math.floor(bytes.length / 5);
  const early = medianOf(bytes.slice(fifth, 2 * fifth));
  const late = medianOf(bytes.slice(-fifth));
  return { what, early, late, isGrowing: late - early > allowance };
}

function medianOf(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
