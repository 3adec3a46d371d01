import { type RedisConnection, RedisRefusal } from "./port/redis-port.ts";
import { textOf } from "./replies.ts";

/** What a server says of itself, by name. Empty where a service does not tell. */
export async function serverInfo(
  connection: Pick<RedisConnection, "call">,
  section: string,
): Promise<ReadonlyMap<string, string>> {
  try {
    const lines = textOf(await connection.call(["INFO", section])).split("\r\n");
    return new Map(lines.filter((line) => line.includes(":")).map(nameAndValue));
  } catch (cause) {
    if (cause instanceof RedisRefusal && cause.kind !== "LOADING") return new Map();
    throw cause;
  }
}

function nameAndValue(line: string): [string, string] {
  const colon = line.indexOf(":");
  return [line.slice(0, colon), line.slice(colon + 1)];
}
