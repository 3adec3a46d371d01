import type { Cancel } from "./world.ts";

/** Runs the action when the signal is given, also when it was given before, until the result is called. */
export function onAbort(signal: AbortSignal | undefined, action: () => void): Cancel {
  if (signal?.aborted) action();
  signal?.addEventListener("abort", action);
  return () => signal?.removeEventListener("abort", action);
}
