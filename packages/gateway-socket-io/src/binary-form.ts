import type { Message } from "@encke/core";
import { type BinaryData, decodeZ85 } from "@encke/extensions";

/** What an event's argument is for the Comet. */
export interface DataForm {
  /** Without the bytes: what can be checked like any other data. */
  readonly plain: unknown;
  readonly bytes?: Uint8Array;
}

/**
 * Bytes become the data of the binary extension, alone or as `{ data, last, meta }`. Undefined: there are bytes elsewhere
 * in it, for which that has no place.
 */
export function dataFormOf(argument: unknown): DataForm | undefined {
  if (isBytes(argument)) return { plain: { last: true }, bytes: viewOf(argument) };
  if (!isRecord(argument)) return hasBytes(argument) ? undefined : { plain: argument };
  const { data, ...others } = argument;
  if (hasBytes(others)) return undefined;
  if (isBytes(data)) return { plain: { last: true, ...others }, bytes: viewOf(data) };
  return hasBytes(data) ? undefined : { plain: argument };
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

/** The view itself, however large the memory is that it shows a part of. */
function viewOf(bytes: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(bytes)
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes);
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
