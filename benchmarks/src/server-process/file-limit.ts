import { readFileSync } from "node:fs";

/** Files beside connections that a process has open. */
const OTHERS = 100;

/** Connections that a process may have open at the same time; more than any need where that cannot be read. */
export function mostConnections(): number {
  try {
    const soft = /^Max open files +(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
    return soft === undefined ? Number.POSITIVE_INFINITY : Number(soft) - OTHERS;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
