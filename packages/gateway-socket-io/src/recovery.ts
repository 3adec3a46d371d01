import { createHash } from "node:crypto";

/** What a client comes back with: which one it was, and how far it has got. */
export interface Recovery {
  readonly key: string;
  readonly after: number;
  /** What it was told to come back as. */
  readonly pid: string;
}

const SEPARATOR = "~";

/**
 * The secret id of the client with this key: any node can make it again, and nobody finds the key in what servers keep and log
 * of a client.
 */
export function clientIdOf(key: string): string {
  return createHash("sha256").update(`socket.io ${key}`).digest("base64url");
}

/** Tells who it was to come back as: the key of the client, and where it began. */
export function privateIdOf(key: string, start: number): string {
  return `${key}${SEPARATOR}${start}`;
}

/**
 * What the connection state recovery of `socket.io-client` sends: the offset is that of the last event it has got, maybe as
 * an earlier client, and missing where it has got none. Undefined: it has never been here, or says what no server told it.
 */
export function recoveryIn(pid: unknown, offset: unknown): Recovery | undefined {
  if (typeof pid !== "string") return undefined;
  const at = pid.lastIndexOf(SEPARATOR);
  const start = positionIn(pid.slice(at + 1));
  const reached = offset === undefined ? start : positionIn(offset);
  if (at < 1 || start === undefined || reached === undefined) return undefined;
  return { key: pid.slice(0, at), after: Math.max(start, reached), pid };
}

function positionIn(text: unknown): number | undefined {
  const isNumber = typeof text === "string" && /^\d{1,16}$/.test(text);
  return isNumber && Number.isSafeInteger(Number(text)) ? Number(text) : undefined;
}
