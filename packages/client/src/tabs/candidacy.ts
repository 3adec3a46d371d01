import { onAbort } from "../on-abort.ts";
import type { Browser } from "./words.ts";

/**
 * What makes a tab one of those of which the browser gives the lock to the next when it is free. Called again, it does nothing.
 * `lead` runs when the tab has the lock, which it keeps until the signal is given.
 */
export function candidacy(
  { locks }: Browser,
  name: string,
  signal: AbortSignal,
  lead: () => void,
): () => void {
  let lock: Promise<unknown> | undefined;
  const hold = (): Promise<void> => {
    lead();
    return new Promise((release) => onAbort(signal, release));
  };
  return () => {
    lock = lock ?? locks.request(name, { signal }, hold).catch(() => {});
  };
}
