import { setTimeout as delay } from "node:timers/promises";

const PATIENCE_MS = 5_000;

/** Waits for something that only the network can bring about. Rejects after five seconds. */
export async function until(isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(`Never came true: ${isSo}`);
    await delay(2);
  }
}
