/** Milliseconds since 1970, by the clock of the machine. */
export function wallClock(): number {
  return Date.now();
}
