import { isAsciiText } from "./byte-length.ts";
import type { Advice, Message } from "./message.ts";

/** Those of the last reply to a handshake. Copies: who has the originals may change them. */
interface Terms {
  readonly version: unknown;
  readonly minimumVersion: unknown;
  readonly types: readonly unknown[];
  readonly advice: Advice;
  /** Undefined: the same values may be written otherwise the next time, or not with a byte for each character. */
  readonly json: string | undefined;
}

let last: Terms | undefined;

/**
 * What the reply to a handshake says beside whose it is, as it is written from the comma before it to the end. It is most
 * often the same for all, and takes most of the time in which the reply is written. Undefined: something of it is unusual.
 */
export function termsOf(message: Message): string | undefined {
  const { supportedConnectionTypes: types, advice } = message;
  if (!Array.isArray(types) || advice === undefined || countFields(advice) !== 4) return undefined;
  if (last === undefined || !areThose(last, message, advice))
    last = written(message, types, advice);
  return last.json;
}

function areThose(terms: Terms, message: Message, advice: Advice): boolean {
  const { version, minimumVersion, supportedConnectionTypes: types = [] } = message;
  if (version !== terms.version || minimumVersion !== terms.minimumVersion) return false;
  if (types.length !== terms.types.length) return false;
  for (let at = 0; at < types.length; at++) if (types[at] !== terms.types[at]) return false;
  const { reconnect, interval, timeout, maxInterval } = terms.advice;
  return (
    advice.reconnect === reconnect &&
    advice.interval === interval &&
    advice.timeout === timeout &&
    advice.maxInterval === maxInterval
  );
}

function written(message: Message, types: readonly string[], advice: Advice): Terms {
  const { version, minimumVersion } = message;
  const { reconnect, interval, timeout, maxInterval } = advice;
  const values = [version, minimumVersion, ...types, reconnect, interval, timeout, maxInterval];
  const json = JSON.stringify({ version, minimumVersion, supportedConnectionTypes: types, advice });
  return {
    ...{ version, minimumVersion, types: [...types], advice: { ...advice } },
    json: values.every(isScalar) && isAsciiText(json) ? `,${json.slice(1)}` : undefined,
  };
}

function isScalar(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number";
}

export function countFields(fields: object): number {
  let count = 0;
  for (const _ in fields) count++;
  return count;
}
