import type { ILogListener } from "@encke/core";

/** What the feeds of all partitions are together: live only as long as each of them is. */
export class JointState {
  readonly #listener: Pick<ILogListener, "onState">;
  readonly #stalled = new Set<number>();

  constructor(listener: Pick<ILogListener, "onState">) {
    this.#listener = listener;
  }

  become(partition: number, isLive: boolean): void {
    const before = this.#stalled.size;
    if (isLive) this.#stalled.delete(partition);
    else this.#stalled.add(partition);
    const hasChanged = (before === 0) !== (this.#stalled.size === 0);
    if (hasChanged) this.#listener.onState(before === 0 ? "stalled" : "live");
  }
}
