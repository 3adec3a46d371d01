import type { LogEntry } from "../store/message-log.ts";

/** The entry with its position written into it, where it asks for that. */
export function stamped(entry: LogEntry): LogEntry {
  const { position, json, hints } = entry;
  if (hints?.positionAt === undefined) return entry;
  const { positionAt, ...others } = hints;
  const text = `${json.slice(0, positionAt)}${position}${json.slice(positionAt + 1)}`;
  return { ...entry, json: text, hints: others };
}
