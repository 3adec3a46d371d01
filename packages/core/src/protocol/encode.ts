import type { EncodedMessage } from "./batch.ts";
import { isAsciiText } from "./byte-length.ts";
import { CometError } from "./errors.ts";
import type { Message } from "./message.ts";
import { countFields, termsOf } from "./welcome-terms.ts";

/**
 * Fields whose value is undefined are left out; `data` and `ext` are never touched. `knownId` is the id of a client, and has
 * nothing in it that JSON would escape: it need not be looked through for each message.
 */
export function encodeMessage(message: Message, knownId?: string): EncodedMessage {
  const json = encodePlainSuccess(message, knownId);
  return json === undefined ? { json: JSON.stringify(message) } : { json, isAscii: true };
}

/** What does not stand in JSON as it is. */
const NOT_PLAIN = /[^ !#-[\]-~]/;

/**
 * The reply to a connect, a publish, a subscription to one channel, a handshake or a disconnect that nobody has added anything
 * to: one leaves with nearly every message, and to write it down takes a third of the time in which it would be found out what
 * it is made of. Undefined: it is another one.
 */
function encodePlainSuccess(message: Message, knownId: string | undefined): string | undefined {
  const { channel, id, clientId } = message;
  if (message.successful !== true || !isPlain(id)) return undefined;
  const count = countFields(message);
  if (clientId === undefined) {
    if (count !== 3 || !isPlainChannel(channel)) return undefined;
    return `${plainBeginning}${id}","successful":true}`;
  }
  const rest = count === 4 ? "}" : restOf(message, count);
  if (rest === undefined || !isPlainChannel(channel)) return undefined;
  if (clientId !== knownId && !isPlain(clientId)) return undefined;
  return `${plainBeginning}${id}","successful":true,"clientId":"${clientId}"${rest}`;
}

/** What follows the id of the client in a reply with so many fields. */
function restOf(message: Message, count: number): string | undefined {
  if (count === 8) return termsOf(message);
  const { subscription } = message;
  return count === 5 && isPlain(subscription) ? `,"subscription":"${subscription}"}` : undefined;
}

function isPlain(value: unknown): value is string {
  return typeof value === "string" && !NOT_PLAIN.test(value);
}

/** The one that was looked at last: a publish and its receipt name the same, and so do most connects that are answered. */
let plainChannel = "";
/** What a reply on it begins with, up to the value of its id. */
let plainBeginning = '{"channel":"","id":"';

function isPlainChannel(channel: string): boolean {
  if (channel === plainChannel) return true;
  if (!isPlain(channel)) return false;
  plainChannel = channel;
  // In one piece: strings that are added stay in pieces, and each is copied by itself into every reply.
  plainBeginning = ['{"channel":"', channel, '","id":"'].join("");
  return true;
}

/** Has been looked at, so that nobody needs to do it again. */
export type EncodedDelivery = Pick<EncodedMessage, "json"> & { readonly isAscii: boolean };

/**
 * The message to subscribers, made of what a subscriber may know and nothing else: never the publisher's
 * client id, message id, ext or advice. Throws when the data has no JSON form.
 */
export function encodeDelivery(delivery: Message): EncodedDelivery {
  const { channel, data } = delivery;
  // To see that a text needs no escapes takes a fraction of the time in which it would be written with them.
  if (isPlain(data) && isPlainChannel(channel) && countFields(delivery) === 2) {
    return { json: `{"channel":"${channel}","data":"${data}"}`, isAscii: true };
  }
  const failure = `The data for ${channel} has no JSON form.`;
  if (NOT_JSON.has(typeof data)) {
    const cause = new TypeError("There is no JSON for this value.");
    throw new CometError("data_not_serializable", failure, { cause });
  }
  const json = encodeJson(delivery, failure);
  return { json, isAscii: isAsciiText(json) };
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
