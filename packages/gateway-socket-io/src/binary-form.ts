import type { Message } from "@encke/core";
import { type BinaryData, binaryData, decodeZ85 } from "@encke/extensions";

/**
 * What an event's argument is for the Comet. Bytes become the data of the binary extension, alone or as `{ data, last, meta }`,
 * and text where nobody has put that extension on the Comet. Undefined: there are bytes elsewhere in it, for which there is no
 * place.
 */
export function dataOf(argument: unknown): unknown {
  if (isBytes(argument)) return binaryData(argument);
  if (!isRecord(argument)) return hasBytes(argument) ? undefined : argument;
  const { data, ...others } = argument;
  if (hasBytes(others)) return undefined;
  if (isBytes(data)) return { last: true, ...others, data: binaryData(data).data };
  return hasBytes(data) ? undefined : argument;
}

/** The argument of the event for a message of the Comet: bytes where the binary extension has marked them. */
export function argumentOf({ data, ext }: Message): unknown {
  if (!ext?.binary || !isRecord(data) || typeof data.data !== "string") return data;
  const bytes = decodeZ85(data.data);
  const { last = true, meta } = data as Partial<BinaryData>;
  // The parser of the client would take what looks like a place of its own for one, and fill it in, or fail.
  if (bytes === undefined || hasPlaceholder(meta)) return data;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (last === true && meta === undefined) return buffer;
  return { data: buffer, last, ...(meta !== undefined && { meta }) };
}

function isBytes(value: unknown): value is ArrayBuffer | ArrayBufferView {
  return ArrayBuffer.isView(value) || value instanceof ArrayBuffer;
}

function hasBytes(value: unknown): boolean {
  return isBytes(value) || childrenOf(value).some(hasBytes);
}

function hasPlaceholder(value: unknown): boolean {
  if (isRecord(value) && Object.hasOwn(value, "_placeholder")) return true;
  return childrenOf(value).some(hasPlaceholder);
}

function childrenOf(value: unknown): readonly unknown[] {
  return typeof value === "object" && value !== null ? Object.values(value) : [];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
