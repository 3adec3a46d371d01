import type { LogEntry, Position } from "../store/message-log.ts";
import type { LocalClient } from "./client.ts";

/** By its id or its public id. */
export function isNamed({ id, profile }: LocalClient, name: string): boolean {
  return name === id || name === profile.publicId;
}

/** True for the client that is not to get it, though others are. */
export function isExcepted(client: LocalClient, { except }: LogEntry): boolean {
  return except !== undefined && isNamed(client, except);
}

/** True for what was read again for the client before the feed brought it. */
export function hasAlready(
  { caughtUp }: LocalClient,
  partition: number,
  { position }: LogEntry,
): boolean {
  return caughtUp !== undefined && position <= (caughtUp[partition] as Position);
}
