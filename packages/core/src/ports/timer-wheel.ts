import type { Cancel, Ports } from "./ports.ts";

const TICK_MS = 100;
const SLOTS = 1_024;
/** Milliseconds by which a busy process may be late. One that is later has stood still, and was thought dead by others. */
const STANDSTILL_MS = 1_000;

/** One timer, set again and again by its owner, so that setting it allocates nothing. */
export class WheelTimer {
  readonly callback: () => void;
  /** Owned by the wheel, as is all that follows. */
  deadline = 0;
  /** The tick at which it is looked at. Not after its time, but perhaps long before. */
  tick = 0;
  previous: WheelTimer | undefined;
  next: WheelTimer | undefined;

  constructor(callback: () => void) {
    this.callback = callback;
  }

  get isSet(): boolean {
    return this.previous !== undefined;
  }
}

/**
 * All timers of a Comet in one structure over a single timer of the outside world, which runs only
 * while something waits. Setting and clearing cost the same however many there are; a timer fires
 * at its time or up to {@link TICK_MS} milliseconds later, never before.
 */
export class TimerWheel {
  /** Called when the process has stood still. */
  onStandstill: (() => void) | undefined;
  readonly #ports: Ports;
  readonly #slots: WheelTimer[];
  #size = 0;
  #tick: number;
  /** The tick before the last standstill that was told of. */
  #noticedAt: number | undefined;
  #cancel: Cancel | undefined;

  constructor(ports: Ports) {
    this.#ports = ports;
    this.#tick = this.#currentTick();
    this.#slots = Array.from({ length: SLOTS }, newList);
  }

  /** How many timers are set. */
  get size(): number {
    return this.#size;
  }

  /** Tells once of each time that the process has stood still, at the latest before any timer fires. */
  noticeStandstill(): void {
    if (this.onStandstill === undefined || this.#size === 0 || this.#noticedAt === this.#tick)
      return;
    if (this.#ports.now() - (this.#tick + 1) * TICK_MS <= STANDSTILL_MS) return;
    this.#noticedAt = this.#tick;
    this.onStandstill();
  }

  /**
   * Sets the timer to fire in `ms` milliseconds, whether it was set before or not. Infinity: it never does.
   * What is no time, or one that is over, is as good as 0.
   */
  set(timer: WheelTimer, ms: number): void {
    if (ms === Number.POSITIVE_INFINITY) {
      this.clear(timer);
      return;
    }
    if (this.#size === 0) this.#tick = this.#currentTick();
    timer.deadline = this.#ports.now() + (ms > 0 ? ms : 0);
    const tick = this.#tickOf(timer);
    // Most timers are put off long before their time, again and again. One that is looked at early enough stays where it is
    // until then: to take it out of one list and into another touches four others, none of which is in the cache.
    if (timer.isSet && timer.tick <= tick) return;
    this.clear(timer);
    this.#insert(timer, tick);
    this.#start();
  }

  /** Does nothing when the timer is not set. */
  clear(timer: WheelTimer): void {
    if (!timer.isSet) return;
    unlink(timer);
    this.#size--;
    if (this.#size === 0) this.#stop();
  }

  /** Fires all timers now, whatever their time. */
  fireAll(): void {
    for (const timer of this.#slots.flatMap(timersIn)) {
      // One that fired before may have cleared it.
      if (!timer.isSet) continue;
      this.clear(timer);
      timer.callback();
    }
  }

  readonly #turn = (): void => {
    this.#cancel = undefined;
    this.noticeStandstill();
    const until = Math.floor(this.#ports.now() / TICK_MS);
    // After a long sleep one round over all slots finds everything that is due.
    const from = Math.max(this.#tick + 1, until - SLOTS + 1);
    for (let tick = from; tick <= until; tick++) {
      // Before it fires, so that what is set meanwhile never goes into a slot that was looked at already.
      this.#tick = tick;
      this.#fire(this.#slots[tick % SLOTS] as WheelTimer);
    }
    if (this.#size > 0) this.#start();
  };

  #fire(list: WheelTimer): void {
    const now = this.#ports.now();
    for (const timer of timersIn(list)) {
      // One that fired before may have cleared it, or set it anew.
      if (!timer.isSet) continue;
      if (timer.deadline <= now) {
        this.clear(timer);
        timer.callback();
      } else if (timer.tick <= this.#tick) {
        unlink(timer);
        this.#size--;
        this.#insert(timer, this.#tickOf(timer));
      }
    }
  }

  #tickOf({ deadline }: WheelTimer): number {
    return Math.max(Math.ceil(deadline / TICK_MS), this.#tick + 1);
  }

  #insert(timer: WheelTimer, tick: number): void {
    timer.tick = tick;
    insert(this.#slots[tick % SLOTS] as WheelTimer, timer);
    this.#size++;
  }

  /** Turns when a tick begins, and not just one tick from now: a timer would be late by up to two. */
  #start(): void {
    this.#cancel ??= this.#ports.after(TICK_MS - (this.#ports.now() % TICK_MS), this.#turn);
  }

  #stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #currentTick(): number {
    return Math.floor(this.#ports.now() / TICK_MS);
  }
}

function timersIn(list: WheelTimer): readonly WheelTimer[] {
  const timers: WheelTimer[] = [];
  for (let timer = list.next as WheelTimer; timer !== list; timer = timer.next as WheelTimer) {
    timers.push(timer);
  }
  return timers;
}

/** A list is a ring through a timer that never fires. */
function newList(): WheelTimer {
  const head = new WheelTimer(() => undefined);
  head.previous = head;
  head.next = head;
  return head;
}

function insert(list: WheelTimer, timer: WheelTimer): void {
  const last = list.previous as WheelTimer;
  timer.previous = last;
  timer.next = list;
  last.next = timer;
  list.previous = timer;
}

function unlink(timer: WheelTimer): void {
  const { previous, next } = timer as { previous: WheelTimer; next: WheelTimer };
  previous.next = next;
  next.previous = previous;
  timer.previous = undefined;
  timer.next = undefined;
}
