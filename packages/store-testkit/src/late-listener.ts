import type { ILogListener } from "@encke/core";
import type { HandDrivenScheduler } from "./hand-driven-scheduler.ts";

/** Hears everything the listener would hear, and passes it on when the scheduler lets it go. */
export function lateListener(listener: ILogListener, scheduler: HandDrivenScheduler): ILogListener {
  return {
    onEntries: (partition, entries) =>
      scheduler.feed(`entries ${entries.map(({ position }) => position).join(" ")}`, () =>
        listener.onEntries(partition, entries),
      ),
    onControl: (partition, entry) =>
      scheduler.feed(`${entry.type} ${entry.client}`, () => listener.onControl(partition, entry)),
    onGap: (partition, from, to) =>
      scheduler.feed(`gap ${from} ${to}`, () => listener.onGap(partition, from, to)),
    onState: (state) => scheduler.feed(state, () => listener.onState(state)),
  };
}
