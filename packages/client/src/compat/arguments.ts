import type { Callback, CometMessage, Props } from "./message.ts";

/** A method, or its name. */
export type Method = ((message: CometMessage) => void) | string;

interface Delegate {
  readonly scope: unknown;
  readonly callback: Callback;
}

/** What is to be called, on what: a function, or an object and a method of it, by its name or not. */
export function delegateOf(scope: unknown, callback: unknown): Delegate {
  if (typeof scope === "function") return { scope: undefined, callback: scope as Callback };
  const method =
    typeof callback === "string" ? (scope as Record<string, unknown>)?.[callback] : callback;
  if (typeof method !== "function") throw new Error(`Invalid callback ${String(callback)}`);
  return { scope, callback: method as Callback };
}

/** Optional arguments, the last of which is a callback: all before it may be left out. */
export function beforeCallback(given: readonly unknown[]): {
  readonly values: readonly unknown[];
  readonly callback: Callback | undefined;
} {
  const at = given.findIndex((value) => typeof value === "function");
  return at < 0
    ? { values: given, callback: undefined }
    : { values: given.slice(0, at), callback: given[at] as Callback };
}

/** Properties, of which there may be none, and a callback, of which there may be none. */
export function propsAndCallback(
  given: readonly unknown[],
): readonly [Props, Callback | undefined] {
  const { values, callback } = beforeCallback(given);
  return [(values[0] ?? {}) as Props, callback];
}

/** Throws where nothing can be published to it. */
export function checkChannel(channel: unknown): asserts channel is string {
  check(channel, isChannel);
}

/** Throws where it is no channel, and no pattern. */
export function checkPattern(channel: unknown): asserts channel is string {
  check(channel, isPattern);
}

function check(channel: unknown, isFit: (name: string) => boolean): void {
  if (typeof channel !== "string" || !isFit(channel)) {
    throw new Error(`Illegal argument: invalid channel ${String(channel)}`);
  }
}

/** True of what can be subscribed to: a name, or one that ends with `*` or `**`. The server knows more rules. */
function isPattern(name: string): boolean {
  return /^(?!\/meta\/)(\/[^/*]+)*\/([^/*]+|\*\*?)$/.test(name);
}

/** True of what can be published to. */
function isChannel(name: string): boolean {
  return isPattern(name) && !name.endsWith("*");
}
