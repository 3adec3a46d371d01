import { setTimeout as pause } from "node:timers/promises";

/** Longer than any failover: what is waited for here is done by other processes, on a machine that may be busy. */
const PATIENCE = 30_000;

/** Settles when it is so. */
export async function eventually(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + PATIENCE;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`Never came true: ${isSo}`);
    await pause(10);
  }
}
