import type { Session } from "./engine/session.ts";
import type { Cancel, World } from "./world.ts";

const EVENTS = ["online", "pageshow", "visibilitychange", "pagehide"];

/**
 * Has a session go by what happens to its page. One that is put away, to be shown again when the user goes back, closes
 * its connection and keeps its client; one that is left for good says good-bye.
 */
export function liveWith({ page }: World, session: Session, leave: () => void): Cancel {
  const listener = ({ type, persisted }: Event & { readonly persisted?: boolean }): void => {
    if (type === "pagehide") persisted ? session.suspend() : leave();
    else if (!page?.document?.hidden) session.check();
  };
  for (const type of EVENTS) page?.addEventListener(type, listener);
  // Not with a signal for all: of several listeners to one target, node forgets to remove those that it has collected.
  return () => {
    for (const type of EVENTS) page?.removeEventListener(type, listener);
  };
}
