import { CometError } from "@encke/core";
import { isRecord } from "./is-record.ts";

/** What the value of an option must be, in the words of the error that refuses another. */
export interface Rule {
  readonly expected: string;
  accepts(value: unknown): boolean;
}

// Timers of Node that wait longer fire at once.
const LONGEST = 2 ** 31 - 1;

export const FUNCTION: Rule = {
  expected: "a function",
  accepts: (value) => typeof value === "function",
};

export const BOOLEAN: Rule = {
  expected: "true or false",
  accepts: (value) => typeof value === "boolean",
};

export function duration(least: number): Rule {
  return {
    expected: `a number of milliseconds from ${least} to ${LONGEST}`,
    accepts: (value) => typeof value === "number" && value >= least && value <= LONGEST,
  };
}

export function count(most: number): Rule {
  return {
    expected: `a whole number from 1 to ${most}`,
    accepts: (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= most,
  };
}

export function oneOf(...choices: readonly string[]): Rule {
  return {
    expected: choices.map((choice) => `"${choice}"`).join(" or "),
    accepts: (value) => typeof value === "string" && choices.includes(value),
  };
}

/**
 * The options with their defaults. Throws a {@link CometError} `options_invalid` that names the extension for an option
 * that is unknown, missing, or makes no sense. An option that is undefined was not given.
 */
export function settingsOf<Settings extends object>(
  extension: string,
  rules: { readonly [Name in keyof Settings]: Rule },
  defaults: object,
  options: object,
): Settings {
  // A caller without types may pass anything, or nothing at all.
  if (!isRecord(options)) throw invalid(`${extension}: options must be an object.`);
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  for (const [name] of given) {
    if (!Object.hasOwn(rules, name)) throw invalid(`${extension}: there is no option ${name}.`);
  }
  const settings: Record<string, unknown> = { ...defaults, ...Object.fromEntries(given) };
  for (const [name, rule] of Object.entries<Rule>(rules)) {
    if (rule.accepts(settings[name])) continue;
    throw invalid(`${extension}: ${name} must be ${rule.expected}.`);
  }
  return settings as Settings;
}

function invalid(text: string): CometError {
  return new CometError("options_invalid", text);
}
