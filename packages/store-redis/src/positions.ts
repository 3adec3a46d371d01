import type { Position } from "@encke/core";

/** Positions in a millisecond of Redis's clock. What is beyond goes on in the next one. */
const IN_A_MILLISECOND = 1024;

/** The id in a stream that the position is. */
export function idOf(position: Position): string {
  const ms = Math.floor(position / IN_A_MILLISECOND);
  return `${ms}-${position - ms * IN_A_MILLISECOND}`;
}

export function positionOf(id: string): Position {
  const dash = id.indexOf("-");
  return Number(id.slice(0, dash)) * IN_A_MILLISECOND + Number(id.slice(dash + 1));
}
