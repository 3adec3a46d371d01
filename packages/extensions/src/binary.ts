import { bayeuxError, type IExtension, type Message, type ReceivedMessage } from "@encke/core";
import { isRecord } from "./is-record.ts";
import { decodeZ85, encodeZ85 } from "./z85.ts";

/** Data that is bytes, or a part of more bytes, and what the sender says about them. */
export interface BinaryData {
  readonly data: Uint8Array;
  /** True for the last part. */
  readonly last?: boolean;
  /** Plain JSON: a name, a type, whatever the two sides have agreed on. */
  readonly meta?: unknown;
}

export interface BinaryDataOptions {
  /** False when more parts follow. @default true */
  readonly last?: boolean;
  /** Plain JSON. */
  readonly meta?: unknown;
}

/** Bytes that become text where JSON is made of them. */
class TextBytes extends Uint8Array<ArrayBufferLike> {
  toJSON(): string {
    return encodeZ85(this);
  }
}

/**
 * Carries bytes in both directions, as the `BinaryExtension` of cometd.js does: as Z85 in `data.data` of messages marked with
 * `ext.binary`. Policies, listeners and handlers see a `Uint8Array` there.
 */
export function binary(): IExtension {
  return { name: "binary", incoming: decode, outgoing: encode };
}

/** Data to publish, to deliver, or to answer with. A view of a larger buffer stands for what it shows, and nothing is copied. */
export function binaryData(
  data: ArrayBuffer | ArrayBufferView,
  { last = true, meta }: BinaryDataOptions = {},
): BinaryData {
  return { data: textBytes(data), last, ...(meta !== undefined && { meta }) };
}

/** True for what a client sent as binary data. */
export function isBinaryData(data: unknown): data is BinaryData {
  return isRecord(data) && data.data instanceof Uint8Array;
}

function decode(message: ReceivedMessage): void {
  const { channel, data, ext } = message;
  if (channel.startsWith("/meta/") || !ext?.binary) return;
  const bytes = isRecord(data) ? bytesIn(data) : undefined;
  if (bytes === undefined) message.fault = bayeuxError("field_invalid", ["data"]);
  else message.data = { ...(data as object), data: bytes };
}

function bytesIn({ data, last = true }: Readonly<Record<string, unknown>>): Uint8Array | undefined {
  return typeof data === "string" && typeof last === "boolean" ? decodeZ85(data) : undefined;
}

function encode(message: Message): void {
  const { data } = message;
  if (!isRecord(data) || !isBytes(data.data)) return;
  message.data = { ...data, data: textBytes(data.data) };
  message.ext = { ...message.ext, binary: {} };
}

function isBytes(value: unknown): value is ArrayBuffer | ArrayBufferView {
  return ArrayBuffer.isView(value) || value instanceof ArrayBuffer;
}

function textBytes(data: ArrayBuffer | ArrayBufferView): TextBytes {
  if (data instanceof TextBytes) return data;
  return ArrayBuffer.isView(data)
    ? new TextBytes(data.buffer, data.byteOffset, data.byteLength)
    : new TextBytes(data);
}
