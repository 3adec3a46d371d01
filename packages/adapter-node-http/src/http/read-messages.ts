import { CometError, decodeMessages, type Limits, type ReceivedMessage } from "@encke/core";
import { copyOf } from "../copy-of.ts";

const UTF_8 = new TextDecoder("utf-8", { fatal: true });

/** How a body is written. Clients send form fields as `text/plain`, too, and nothing else begins like one. */
export interface BodyFormat {
  readonly isForm: boolean;
}

/**
 * Reads the messages of a body as it came in, at once and as a whole, so that it does not matter where
 * it was cut on the way. Bytes that are not UTF-8 are refused, never replaced. A byte order mark is skipped.
 */
export function readBody(body: Uint8Array, format: BodyFormat, limits: Limits): ReceivedMessage[] {
  return readText(decodeUtf8(body), format, limits);
}

/** The same for a body that a framework has read before, whatever it made of it. */
export function readParsedBody(
  body: unknown,
  format: BodyFormat,
  limits: Limits,
): ReceivedMessage[] {
  if (body instanceof Uint8Array) return readBody(withinLimit(body, limits), format, limits);
  if (typeof body === "string") return readText(copyOf(withinLimit(body, limits)), format, limits);
  if (format.isForm) {
    const { message } = Object(body) as { message?: unknown };
    return decodeAll(Array.isArray(message) ? message : [message], limits);
  }
  return decodeMessages(withinLimit(stringify(body), limits), limits);
}

/** Each value of `message` in a form or a query: one message or an array of them. */
export function readFields(form: string, limits: Limits): ReceivedMessage[] {
  return decodeAll(fieldsOf(form, "message"), limits);
}

/** The values of a field, in order. */
export function fieldsOf(form: string, name: string): string[] {
  const start = `${name}=`;
  return form
    .split("&")
    .filter((pair) => pair.startsWith(start))
    .map((pair) => decodePercent(pair.slice(start.length)));
}

function readText(text: string, { isForm }: BodyFormat, limits: Limits): ReceivedMessage[] {
  if (isForm || text.startsWith("message=")) return readFields(text, limits);
  return decodeMessages(text, limits);
}

function decodeAll(values: readonly unknown[], limits: Limits): ReceivedMessage[] {
  const messages: ReceivedMessage[] = [];
  for (const value of values) {
    if (typeof value !== "string") throw malformed('A "message" of the form is no text.');
    // Parsers of forms cut it out of the whole.
    messages.push(...decodeMessages(copyOf(withinLimit(value, limits)), limits));
    if (messages.length > limits.messagesPerRequest) {
      throw new CometError(
        "request_too_many_messages",
        `More than ${limits.messagesPerRequest} messages in one request.`,
      );
    }
  }
  if (messages.length === 0) throw malformed('The form has no field "message".');
  return messages;
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return UTF_8.decode(bytes);
  } catch (cause) {
    throw malformed("The request is not UTF-8.", { cause });
  }
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch (cause) {
    throw malformed("The form is not UTF-8 in percent-encoding.", { cause });
  }
}

function stringify(body: unknown): string {
  try {
    return JSON.stringify(body) ?? "";
  } catch (cause) {
    throw malformed("The request is not JSON.", { cause });
  }
}

function withinLimit<T extends string | Uint8Array>(body: T, limits: Limits): T {
  const size = typeof body === "string" ? Buffer.byteLength(body) : body.length;
  if (size > limits.bodyBytes) {
    throw new CometError("request_too_large", `More than ${limits.bodyBytes} bytes.`);
  }
  return body;
}

function malformed(text: string, options?: ErrorOptions): CometError {
  return new CometError("request_malformed", text, options);
}
