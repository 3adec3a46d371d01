import type { Batch, BatchEncoder } from "@encke/core";
import { EVERY_STREAM, type StreamForm } from "./stream-form.ts";

/** The one object to hand to {@link Batch.as}, so that a batch is encoded once for all streams it goes to. */
const lineEncoder: BatchEncoder<Buffer> = { encode: (json) => Buffer.from(lineOf(json)) };

const NOTHING = Buffer.from(lineOf("[]"));

/**
 * One JSON array of messages in each line. An empty one is a heartbeat.
 * @see https://github.com/ndjson/ndjson-spec
 */
export const NDJSON: StreamForm = {
  headers: ["Content-Type", "application/x-ndjson;charset=UTF-8", ...EVERY_STREAM],
  start: NOTHING,
  heartbeat: NOTHING,
  farewell: NOTHING,
  textOf: lineOf,
  bytesOf,
  lastBytesOf: bytesOf,
};

function bytesOf(batch: Batch): Uint8Array {
  return batch.as(lineEncoder);
}

function lineOf(json: string): string {
  return `${json}\n`;
}
