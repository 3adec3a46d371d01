import type { ClientProfile } from "../clients/client.ts";
import type { ClientTraits } from "../events/policies.ts";
import { LONGEST } from "../ports/ports.ts";
import { CometError } from "../protocol/errors.ts";

const NAME_LENGTH = 256;
const PACE = ["timeout", "interval", "maxInterval"] as const;
const OVERFLOW = ["drop-oldest", "drop-newest", "disconnect"];
const KNOWN: ReadonlySet<string> = new Set([
  ...PACE,
  ...["displayName", "connectionTypes", "overflow"],
]);

/** The part of a profile that says so. Throws a {@link CometError} `options_invalid` for what is unknown or makes no sense. */
export function profiled(traits: ClientTraits = {}): Partial<ClientProfile> {
  const unknown = Object.keys(traits).find((name) => !KNOWN.has(name));
  if (unknown !== undefined) throw invalid(`There is no trait "${unknown}" of a client.`);
  const { displayName, connectionTypes, overflow } = traits;
  checkName("displayName", displayName);
  if (overflow !== undefined && !OVERFLOW.includes(overflow)) {
    throw invalid(`overflow must be one of ${OVERFLOW.join(", ")}.`);
  }
  if (connectionTypes !== undefined && !isListOfNames(connectionTypes)) {
    throw invalid("connectionTypes must be a list of names.");
  }
  const pace = paceOf(traits);
  return {
    ...(displayName !== undefined && { displayName }),
    ...(connectionTypes !== undefined && { connectionTypes: [...connectionTypes] }),
    ...(overflow !== undefined && { overflow }),
    ...(Object.keys(pace).length > 0 && { pace }),
  };
}

/** Undefined is what was not given. */
export function checkName(option: string, value: unknown): void {
  if (value === undefined) return;
  if (typeof value === "string" && value !== "" && value.length <= NAME_LENGTH) return;
  throw invalid(`${option} must be a text of 1 to ${NAME_LENGTH} characters.`);
}

export function checkDuration(option: string, value: unknown, least: number): void {
  if (value === undefined) return;
  if (typeof value === "number" && value >= least && value <= LONGEST) return;
  throw invalid(`${option} must be a number of milliseconds from ${least} to ${LONGEST}.`);
}

function paceOf(traits: ClientTraits): NonNullable<ClientProfile["pace"]> {
  const pace: { [Name in (typeof PACE)[number]]?: number } = {};
  for (const name of PACE) {
    const value = traits[name];
    checkDuration(name, value, name === "maxInterval" ? 1_000 : 0);
    if (value !== undefined) pace[name] = value;
  }
  return pace;
}

function isListOfNames(value: unknown): boolean {
  if (!Array.isArray(value) || value.length === 0) return false;
  return value.every((name) => typeof name === "string" && name !== "");
}

function invalid(text: string): CometError {
  return new CometError("options_invalid", text);
}
