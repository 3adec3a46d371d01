import { bayeuxError, CometError } from "./errors.ts";
import { type Limits, NAME_LENGTH } from "./limits.ts";
import type { Advice, Ext, ReceivedMessage } from "./message.ts";
import { readPlainMessage } from "./plain-message.ts";

type Raw = { readonly [field: string]: unknown };

/**
 * Reads what a peer sent: one message or an array of them. Throws a {@link CometError} with the status to
 * answer when the request as a whole is refused; a message with a bad field comes back with its `fault`.
 * Byte size is the caller's to limit, before there is a string. What is kept of a message may keep the text in memory, and
 * with it what it was cut out of: whoever has it from a larger one hands in a copy.
 */
export function decodeMessages(text: string, limits: Limits): ReceivedMessage[] {
  const plain = readPlainMessage(text, limits);
  if (plain !== undefined) return [plain];
  const raws = parse(text, limits);
  if (raws.length === 0) throw new CometError("request_empty", "The request holds no message.");
  if (raws.length > limits.messagesPerRequest) {
    throw new CometError(
      "request_too_many_messages",
      `More than ${limits.messagesPerRequest} messages in one request.`,
    );
  }
  return raws.map((raw) => readMessage(raw, limits));
}

/**
 * Makes one message of what another protocol has parsed already, with the checks of {@link decodeMessages}: `value` is such as
 * JSON can hold, but for views of bytes, which are looked at no closer. Throws a {@link CometError} `request_malformed` or
 * `request_too_deep`; a bad field is the `fault` of the message. `data` and `ext` are not copied: whoever hands them in must not
 * change them any more.
 */
export function checkMessage(value: unknown, limits: Limits): ReceivedMessage {
  if (!isObject(value)) throw noMessages();
  if (!isWithinDepth(limits.jsonDepth, value)) throw tooDeep(limits);
  return readMessage(value, limits);
}

function parse(text: string, limits: Limits): readonly Raw[] {
  if (isDeeperThan(limits.jsonDepth, text)) throw tooDeep(limits);
  let value: unknown;
  try {
    value = JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch (cause) {
    throw new CometError("request_malformed", "The request is not JSON.", { cause });
  }
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  for (const one of values) if (!isObject(one)) throw noMessages();
  return values as readonly Raw[];
}

function noMessages(): CometError {
  return new CometError("request_malformed", "The request is no message and no array of messages.");
}

function tooDeep({ jsonDepth }: Limits): CometError {
  return new CometError("request_too_deep", `Nested deeper than ${jsonDepth} levels.`);
}

/** Goes no deeper than that itself. */
function isWithinDepth(limit: number, value: unknown): boolean {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return true;
  if (limit === 0) return false;
  if (Array.isArray(value)) return value.every((item) => isWithinDepth(limit - 1, item));
  for (const name in value) if (!isWithinDepth(limit - 1, (value as Raw)[name])) return false;
  return true;
}

/** Looks at brackets only, because a value too deep to be written again must not be parsed at all. */
function isDeeperThan(limit: number, text: string): boolean {
  const objects = countUpTo(limit, "{", text);
  // With so few brackets it does not matter where they stand, and nearly all requests are such.
  if (objects + countUpTo(limit - objects, "[", text) <= limit) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) at = endOfString(text, at);
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > limit) return true;
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
  return false;
}

/** How often the character is in the text, or `most` + 1 when that is more than `most`. */
function countUpTo(most: number, character: string, text: string): number {
  let count = 0;
  for (let at = text.indexOf(character); at !== -1; at = text.indexOf(character, at + 1)) {
    if (++count > most) break;
  }
  return count;
}

function endOfString(text: string, start: number): number {
  let at = text.indexOf('"', start + 1);
  while (at !== -1 && isEscaped(text, at)) at = text.indexOf('"', at + 1);
  return at === -1 ? text.length : at;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === 0x5c) backslashes++;
  return backslashes % 2 === 1;
}

/** Builds the message anew from the fields that the protocol knows, each of the type that it must have. */
function readMessage(raw: Raw, limits: Limits): ReceivedMessage {
  const message: ReceivedMessage = { channel: typeof raw.channel === "string" ? raw.channel : "" };
  const faults = readFields(raw, message, limits);
  if (message.channel === "") message.fault = bayeuxError("channel_missing");
  else if (faults !== NONE) message.fault = bayeuxError("field_invalid", faults);
  // A null is data like any other: a publisher may well mean it.
  if (raw.data !== undefined) message.data = raw.data;
  return message;
}

/**
 * Returns the names of those that are not of the right type, or too large. By name, and not in a loop over a table: every
 * message comes by here, and to look fields up by names that vary costs more than to parse them.
 */
function readFields(raw: Raw, message: ReceivedMessage, limits: Limits): readonly string[] {
  const check = new Check(limits);
  const { id, clientId, version, minimumVersion, supportedConnectionTypes } = raw;
  const { connectionType, advice, subscription, ext } = raw;
  if (check.has("id", id, isId)) message.id = id;
  if (check.has("clientId", clientId, isShortString)) message.clientId = clientId;
  if (check.has("version", version, isShortString)) message.version = version;
  if (check.has("minimumVersion", minimumVersion, isShortString)) {
    message.minimumVersion = minimumVersion;
  }
  if (check.has("supportedConnectionTypes", supportedConnectionTypes, isStringArray)) {
    message.supportedConnectionTypes = supportedConnectionTypes;
  }
  if (check.has("connectionType", connectionType, isShortString)) {
    message.connectionType = connectionType;
  }
  if (check.has("advice", advice, isObject)) message.advice = readAdvice(advice);
  if (check.has("subscription", subscription, isSubscription)) message.subscription = subscription;
  if (check.has("ext", ext, isExt)) message.ext = ext;
  return check.faults;
}

const NONE: readonly string[] = [];

class Check {
  faults: readonly string[] = NONE;
  readonly #limits: Limits;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** True where there is such a field, and it is right. What is null is not there. */
  has<T>(
    name: string,
    value: unknown,
    accepts: (value: unknown, limits: Limits) => value is T,
  ): value is T {
    if (value === undefined || value === null) return false;
    if (accepts(value, this.#limits)) return true;
    this.faults = [...this.faults, name];
    return false;
  }
}

function isObject(value: unknown): value is Raw {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isId(value: unknown, limits: Limits): value is string | number {
  // A number beyond all others could not be written again.
  return typeof value === "string" ? value.length <= limits.idLength : Number.isFinite(value);
}

function isShortString(value: unknown): value is string {
  return typeof value === "string" && value.length <= NAME_LENGTH;
}

function isStringArray(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(isShortString);
}

// What is too long or too many is refused by the handler, which answers in the terms of subscriptions.
function isSubscription(value: unknown): value is string | string[] {
  return (
    typeof value === "string" ||
    (Array.isArray(value) && value.every((pattern) => typeof pattern === "string"))
  );
}

function isExt(value: unknown, limits: Limits): value is Ext {
  return isObject(value) && JSON.stringify(value).length <= limits.extLength;
}

/** Of what a client may ask, and only numbers that mean a time: anything else is as if it were not there. */
function readAdvice(raw: Raw): Advice {
  const advice: Advice = {};
  if (isDuration(raw.timeout)) advice.timeout = raw.timeout;
  if (isDuration(raw.interval)) advice.interval = raw.interval;
  return advice;
}

function isDuration(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value < Number.POSITIVE_INFINITY;
}
