import { setTimeout as after } from "node:timers/promises";
import { type Comet, type CometOptions, createComet, type RemoteRequest } from "@encke/core";
import { MemoryStore } from "@encke/store-memory";

/** Milliseconds between two numbers that are counted. */
const BEAT = 300;
const MAX_COUNT = 100;

/**
 * Something to try the terminal on. Everybody may speak everywhere, except where it is quiet; what is said below `/notes`
 * is told again to those who come later; `/clock` ticks. `echo` and `count` can be called.
 */
export function createTerminalComet(options: Pick<CometOptions, "log" | "timeout"> = {}): Comet {
  const comet = createComet({
    store: new MemoryStore(),
    ...options,
    policies: {
      publish: ({ channel }) =>
        !channel.startsWith("/quiet/") || { allow: false, reason: "Nobody speaks here." },
    },
  });
  comet.channel("/notes/**", { history: { count: 50, replay: 10 } });
  comet.source("/clock", { every: 1_000, value: () => ({ time: new Date().toISOString() }) });
  comet.remote("echo", ({ data }) => data);
  comet.remote("count", count);
  return comet;
}

/** One number after the other, up to `data.to`. */
async function* count({ data, signal }: RemoteRequest): AsyncGenerator<number> {
  const { to } = (data ?? {}) as { readonly to?: unknown };
  const last = Math.min(Number(to) || 0, MAX_COUNT);
  for (let number = 1; number <= last; number += 1) {
    await after(BEAT, undefined, { signal });
    yield number;
  }
}
