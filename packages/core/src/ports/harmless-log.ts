import { type Awaitable, attempt } from "./awaitable.ts";
import type { Log } from "./ports.ts";

/** The log, made so that nothing fails for it: what it cannot take goes to `fallback`, and why. */
export function harmlessLog(log: Log, fallback: Log): Log {
  return (...line) => {
    const failed = (cause: unknown): void => fallback("error", "The log failed.", { cause, line });
    void attempt(() => log(...line) as Awaitable<void>, failed);
  };
}
