import type { Cancel } from "@encke/core";

interface Alarm {
  readonly time: number;
  readonly ring: () => void;
}

/** The clock of a Comet, which stands still until a case moves it. */
export class HandDrivenClock {
  /** The next one first. */
  #alarms: readonly Alarm[] = [];
  #time = 0;

  now(): number {
    return this.#time;
  }

  after(ms: number, callback: () => void): Cancel {
    const alarm: Alarm = { time: this.#time + ms, ring: callback };
    this.#alarms = [...this.#alarms, alarm].sort((one, other) => one.time - other.time);
    return () => {
      this.#alarms = this.#alarms.filter((other) => other !== alarm);
    };
  }

  /** Lets time pass, and rings on the way whatever is set, or is set meanwhile. */
  advance(ms: number): void {
    const end = this.#time + ms;
    for (
      let next = this.#alarms[0];
      next !== undefined && next.time <= end;
      next = this.#alarms[0]
    ) {
      this.#alarms = this.#alarms.slice(1);
      this.#time = next.time;
      next.ring();
    }
    this.#time = end;
  }
}
