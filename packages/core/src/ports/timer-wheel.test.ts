import { describe, expect, it } from "vitest";
import type { Ports } from "./ports.ts";
import { TimerWheel, WheelTimer } from "./timer-wheel.ts";

/** A clock and the one timer that a wheel sets at a time, moved by hand. */
class Clock {
  time: number;
  #due: { readonly at: number; readonly callback: () => void } | undefined;

  constructor(time = 0) {
    this.time = time;
  }

  get isRunning(): boolean {
    return this.#due !== undefined;
  }

  readonly ports = {
    now: () => this.time,
    after: (ms: number, callback: () => void) => {
      if (this.#due !== undefined) throw new Error("A second timer was set.");
      const due = { at: this.time + ms, callback };
      this.#due = due;
      return () => {
        if (this.#due === due) this.#due = undefined;
      };
    },
  } as unknown as Ports;

  /** Moves on in the given number of milliseconds, waking up at the right times. */
  advance(ms: number): void {
    const end = this.time + ms;
    while (this.#due !== undefined && this.#due.at <= end) this.#wake(this.#due.at);
    this.time = end;
  }

  /** Moves on without waking up in between, as when the process was stopped. */
  sleep(ms: number): void {
    const end = this.time + ms;
    if (this.#due !== undefined && this.#due.at <= end) this.#wake(end);
    this.time = end;
  }

  #wake(at: number): void {
    const { callback } = this.#due as { callback: () => void };
    this.#due = undefined;
    this.time = at;
    callback();
  }
}

/** Numbers that look random and are the same each time. */
function* numbersBelow(limit: number, seed = 12_345): Generator<number, never> {
  let state = seed;
  for (;;) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    yield Math.floor((state / 2_147_483_648) * limit);
  }
}

describe("TimerWheel", () => {
  it.each([0, 1, 37, 99.5, 100])(
    "fires never before its time and at most 100 ms after it, at phase %s",
    (phase) => {
      for (const ms of [0, 1, 50, 99, 100, 101, 250, 1_000, 30_000, 102_400, 102_401, 250_000]) {
        const clock = new Clock(1_000_000 + phase);
        const wheel = new TimerWheel(clock.ports);
        let firedAt: number | undefined;
        const due = clock.time + ms;
        wheel.set(
          new WheelTimer(() => {
            firedAt = clock.time;
          }),
          ms,
        );
        clock.advance(ms + 200);
        expect(firedAt, `${ms} ms`).toBeGreaterThanOrEqual(due);
        expect(firedAt, `${ms} ms`).toBeLessThanOrEqual(due + 100);
      }
    },
  );

  it("fires each of thousands of timers once, in the time that a model says", () => {
    const clock = new Clock(777);
    const wheel = new TimerWheel(clock.ports);
    const random = numbersBelow(200_000);
    const due = new Map<WheelTimer, number>();
    const late: number[] = [];
    const timers = Array.from({ length: 5_000 }, () => {
      const timer = new WheelTimer(() => {
        late.push(clock.time - (due.get(timer) ?? Number.POSITIVE_INFINITY));
        due.delete(timer);
      });
      return timer;
    });
    for (let round = 0; round < 40; round++) {
      for (let change = 0; change < 500; change++) {
        const timer = timers[random.next().value % timers.length] as WheelTimer;
        const ms = random.next().value;
        if (ms % 5 === 0) {
          wheel.clear(timer);
          due.delete(timer);
        } else {
          wheel.set(timer, ms);
          due.set(timer, clock.time + ms);
        }
      }
      clock.advance(random.next().value / 20);
      expect(wheel.size).toBe(due.size);
    }
    clock.advance(201_000);
    expect(wheel.size).toBe(0);
    expect(late.length).toBeGreaterThan(5_000);
    expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...late)).toBeLessThanOrEqual(100);
  });

  it("fires at the last time it was set to", () => {
    const clock = new Clock();
    const wheel = new TimerWheel(clock.ports);
    const fired: number[] = [];
    const timer = new WheelTimer(() => fired.push(clock.time));
    wheel.set(timer, 1_000);
    clock.advance(500);
    wheel.set(timer, 2_000);
    clock.advance(10_000);
    expect(fired).toEqual([2_500]);
  });

  it("does not fire a timer that another one of the same time has cleared or set anew", () => {
    const clock = new Clock();
    const wheel = new TimerWheel(clock.ports);
    const fired: string[] = [];
    const cleared = new WheelTimer(() => fired.push("cleared"));
    const delayed = new WheelTimer(() => fired.push(`delayed ${clock.time}`));
    const first = new WheelTimer(() => {
      wheel.clear(cleared);
      wheel.set(delayed, 1_000);
    });
    for (const timer of [first, cleared, delayed]) wheel.set(timer, 500);
    clock.advance(5_000);
    expect(fired).toEqual(["delayed 1500"]);
  });

  it("lets a timer set itself again while it fires, also at once", () => {
    const clock = new Clock();
    const wheel = new TimerWheel(clock.ports);
    const fired: number[] = [];
    const other = new WheelTimer(() => undefined);
    const timer = new WheelTimer(() => {
      fired.push(clock.time);
      if (fired.length < 3) wheel.set(timer, 0);
    });
    wheel.set(other, 60_000);
    wheel.set(timer, 100);
    clock.advance(1_000);
    expect(fired).toEqual([100, 200, 300]);
  });

  it("fires everything that came due while the process was stopped", () => {
    const clock = new Clock();
    const wheel = new TimerWheel(clock.ports);
    let fired = 0;
    for (let ms = 0; ms < 300_000; ms += 777) wheel.set(new WheelTimer(() => fired++), ms);
    const all = wheel.size;
    clock.sleep(400_000);
    expect(fired).toBe(all);
    expect(wheel.size).toBe(0);
  });

  it("needs one timer of the world, and none while nothing waits", () => {
    const clock = new Clock();
    const wheel = new TimerWheel(clock.ports);
    expect(clock.isRunning).toBe(false);
    const timers = [1, 2, 3].map(() => new WheelTimer(() => undefined));
    for (const timer of timers) wheel.set(timer, 5_000);
    expect(clock.isRunning).toBe(true);
    for (const timer of timers) wheel.clear(timer);
    expect(clock.isRunning).toBe(false);
    wheel.clear(timers[0] as WheelTimer);
    expect(wheel.size).toBe(0);
  });

  it("fires all timers at once, each once, and none that another one clears", () => {
    const clock = new Clock();
    const wheel = new TimerWheel(clock.ports);
    let fired = 0;
    for (const ms of [0, 100, 100, 5_000, 200_000]) wheel.set(new WheelTimer(() => fired++), ms);
    const cleared = new WheelTimer(() => fired++);
    wheel.set(new WheelTimer(() => wheel.clear(cleared)), 300);
    wheel.set(cleared, 400);
    wheel.fireAll();
    expect(fired).toBe(5);
    expect(clock.isRunning).toBe(false);
    expect(wheel.size).toBe(0);
    clock.advance(300_000);
    expect(fired).toBe(5);
  });
});
