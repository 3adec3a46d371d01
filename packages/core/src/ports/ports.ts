import type { Abort } from "./abort.ts";

/** Undoes what the call that returned it did. Calling it again does nothing. */
export type Cancel = () => void;

/** Milliseconds: the longest time that a timer of the platform can be set to. */
export const LONGEST: number = 2 ** 31 - 1;

export type LogLevel = "debug" | "info" | "warn" | "error";
export type Log = (level: LogLevel, text: string, details?: object) => void;

/**
 * All that core knows of the outside world. Everything that reads a clock, sets a timer, draws a
 * random number or prints goes through it, so that a test can drive time by hand.
 */
export interface Ports {
  /** Milliseconds on a clock that never goes back. Its zero is of no meaning. */
  now(): number;
  /** Calls back once, `ms` milliseconds from now. */
  after(ms: number, callback: () => void): Cancel;
  /**
   * Calls back once, when the current turn of the event loop has ended. What one turn produced for a
   * client leaves in one write because delivery waits for this.
   */
  endOfTurn(callback: () => void): void;
  /** A new identifier: letters and digits, at least 128 random bits of a cryptographic source. */
  newId(): string;
  /** A new signal, by which something that is under way can be told to end. */
  newAbort(): Abort;
  readonly log: Log;
}
