import { encodeJson } from "../protocol/encode.ts";
import type { ClientProfile } from "./client.ts";

/** What a store keeps of it. Throws a `CometError` `data_not_serializable` where it has no JSON form. */
export function writeProfile(profile: ClientProfile): string {
  return encodeJson(profile, "What is to be kept with a client has no JSON form.");
}

/** The one that was written last for a new client, and what reading it would make of it. */
let newest: { readonly text: string; readonly profile: ClientProfile } | undefined;

/**
 * The same for a client that is new, which is read as soon as the store has it. Where reading it would make nothing else of
 * it, that is left out: it took most of the time in which the client is made.
 */
export function writeNew(profile: ClientProfile): string {
  const copy = plainCopyOf(profile);
  const text = writeProfile(copy ?? profile);
  newest = copy && { text, profile: copy };
  return text;
}

/** What a store has kept. Nobody else has any part of it. */
export function readProfile(text: string): ClientProfile {
  if (newest?.text !== text) return JSON.parse(text) as ClientProfile;
  const { profile } = newest;
  newest = undefined;
  return profile;
}

type Fields = { [name: string]: unknown };

/** Undefined: something of it is more than a text, a number or a boolean, and JSON may make something else of that. */
function plainCopyOf(profile: ClientProfile): ClientProfile | undefined {
  try {
    const isOrdinary = Object.getPrototypeOf(profile.data) === Object.prototype;
    const data = isOrdinary ? copyOf(profile.data) : undefined;
    const copy = data && copyOf({ ...profile, data: "" });
    return copy && ({ ...copy, data } as unknown as ClientProfile);
  } catch {
    // There is no data, or something of it is computed, and failed. Who writes it fails as well then, and says so.
    return undefined;
  }
}

function copyOf(fields: Readonly<Fields>): Fields | undefined {
  const copy: Fields = {};
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    // That name would not make a field.
    if (!isPlain(value) || name === "__proto__") return undefined;
    copy[name] = value;
  }
  return copy;
}

function isPlain(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0);
  return typeof value === "string" || typeof value === "boolean";
}
