import { type Comet, type CometOptions, createComet } from "@encke/core";
import { MemoryStore } from "@encke/store-memory";

/**
 * Something to try the terminal on: everybody may speak everywhere, except where it is quiet; `/service/echo`
 * answers; and what is said below `/notes` is told again to those who come later.
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
  comet.handle("/service/echo", ({ data }) => data);
  return comet;
}
