import type { Message } from "@encke/core";

/** Sends messages to a Comet, and answers with what comes back. Rejects when that takes longer than `ms` milliseconds. */
export async function exchange(
  url: string,
  messages: readonly object[],
  ms: number,
): Promise<readonly Message[]> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(messages),
    signal: AbortSignal.timeout(ms),
  });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return (await response.json()) as readonly Message[];
}

/** Repeats it until it works: with pauses, so that what is broken has time to mend. */
export async function insist<T>(task: () => Promise<T>, isWanted: () => boolean): Promise<T> {
  for (;;) {
    try {
      return await task();
    } catch (cause) {
      if (!isWanted()) throw cause;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
