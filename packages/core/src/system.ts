import type { Abort } from "./ports/abort.ts";
import type { Cancel, Log, Ports } from "./ports/ports.ts";

/** What is used of the global scope: the same in Node, Deno, Bun and browsers. The only place that touches it. */
interface Globals {
  readonly performance: { now(): number };
  readonly crypto: { getRandomValues(bytes: Uint8Array): Uint8Array };
  readonly console: { warn(...values: unknown[]): void; error(...values: unknown[]): void };
  setTimeout(callback: () => void, ms: number): { unref?(): void } | number;
  clearTimeout(timer: unknown): void;
  readonly AbortController: new () => Abort;
  setImmediate?(callback: () => void): unknown;
}

const globals = globalThis as unknown as Globals;
const ID_BYTES = 20;
const IDS_AT_ONCE = 64;
const DIGITS = Uint8Array.from("0123456789abcdef", (digit) => digit.charCodeAt(0));

/** The ports of the platform. Timers do not keep a process alive; warnings and errors go to the console. */
export function systemPorts(): Ports {
  return {
    now: () => globals.performance.now(),
    after,
    endOfTurn,
    newId,
    newAbort: () => new globals.AbortController(),
    log: consoleLog,
  };
}

function after(ms: number, callback: () => void): Cancel {
  const timer = globals.setTimeout(callback, ms);
  if (typeof timer === "object") timer.unref?.();
  return () => globals.clearTimeout(timer);
}

function endOfTurn(callback: () => void): void {
  if (globals.setImmediate !== undefined) globals.setImmediate(callback);
  else globals.setTimeout(callback, 0);
}

/** Random bytes for many ids: to ask for those of one takes ten times as long as to make the id of them. */
const pool = new Uint8Array(ID_BYTES * IDS_AT_ONCE);
let used = pool.length;

/** 160 random bits, as 40 hexadecimal digits. */
function newId(): string {
  if (used === pool.length) {
    globals.crypto.getRandomValues(pool);
    used = 0;
  }
  const digits: number[] = new Array(2 * ID_BYTES);
  for (let at = 0; at < digits.length; at += 2) {
    const byte = pool[used] as number;
    digits[at] = DIGITS[byte >> 4] as number;
    digits[at + 1] = DIGITS[byte & 0xf] as number;
    // Whoever has the id is a client, so it is kept nowhere else.
    pool[used++] = 0;
  }
  // A text put together of pieces would keep them in memory, too.
  return String.fromCharCode(...digits);
}

const consoleLog: Log = (level, text, details) => {
  if (level !== "warn" && level !== "error") return;
  globals.console[level](`encke: ${text}`, details ?? "");
};
