const LEAST = 1_000;
const MOST = 60_000;

/**
 * Milliseconds to wait after so many failures in a row: anything below a bound that doubles from 1 s to 60 s, so that
 * the clients of a server that was away do not all come back at once.
 */
export function backoff(failures: number, random: () => number): number {
  return failures < 1 ? 0 : random() * Math.min(MOST, LEAST * 2 ** (failures - 1));
}
