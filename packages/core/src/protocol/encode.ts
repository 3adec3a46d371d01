import type { EncodedMessage } from "./batch.ts";
import { CometError } from "./errors.ts";
import type { Message } from "./message.ts";

/** Fields whose value is undefined are left out; `data` and `ext` are never touched. */
export function encodeMessage(message: Message): EncodedMessage {
  const plain = encodePlainSuccess(message);
  return plain === undefined ? { json: JSON.stringify(message) } : { json: plain, isAscii: true };
}

/** What does not stand in JSON as it is. */
const NOT_PLAIN = /[^ !#-[\]-~]/;

/**
 * The reply to a connect or a publish that nobody has added anything to: one leaves with nearly every message, and
 * to write it down takes a third of the time in which it would be found out what it is made of. Undefined: it is another one.
 */
function encodePlainSuccess(message: Message): string | undefined {
  const { channel, id, clientId } = message;
  if (message.successful !== true || !isPlain(id) || !isPlain(channel)) return undefined;
  if (clientId === undefined) {
    if (countFields(message) !== 3) return undefined;
    return `{"channel":"${channel}","id":"${id}","successful":true}`;
  }
  if (countFields(message) !== 4 || !isPlain(clientId)) return undefined;
  return `{"channel":"${channel}","id":"${id}","successful":true,"clientId":"${clientId}"}`;
}

function isPlain(value: unknown): value is string {
  return typeof value === "string" && !NOT_PLAIN.test(value);
}

function countFields(message: Message): number {
  let count = 0;
  for (const _ in message) count++;
  return count;
}

/**
 * The message to subscribers, made of what a subscriber may know and nothing else: never the publisher's
 * client id, message id, ext or advice. Throws when the data has no JSON form.
 */
export function encodeDelivery(delivery: Message): string {
  const failure = `The data for ${delivery.channel} has no JSON form.`;
  if (!NOT_JSON.has(typeof delivery.data)) return encodeJson(delivery, failure);
  const cause = new TypeError("There is no JSON for this value.");
  throw new CometError("data_not_serializable", failure, { cause });
}

/** Throws a {@link CometError} `data_not_serializable` with the text. */
export function encodeJson(value: object, failure: string): string {
  try {
    return JSON.stringify(value);
  } catch (cause) {
    throw new CometError("data_not_serializable", failure, { cause });
  }
}

const NOT_JSON: ReadonlySet<string> = new Set(["undefined", "function", "symbol"]);
