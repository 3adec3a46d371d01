import type { Batch } from "@encke/core";
import { type AnswerForm, EVERY_ANSWER } from "../http/answer.ts";

/** How messages are written to an answer that stays open, and to one that turned out to be whole. */
export interface StreamForm extends AnswerForm {
  /** Sent first: a peer that sees it knows that nobody on the way holds back what comes in pieces. */
  readonly start: Uint8Array;
  /** Sent while nothing else is, so that nobody on the way takes the connection for dead. */
  readonly heartbeat: Uint8Array;
  /** Sent last where the stream ends only to begin again. */
  readonly farewell: Uint8Array;
  bytesOf(batch: Batch): Uint8Array;
  /** What is sent of the last word. */
  lastBytesOf(batch: Batch): Uint8Array;
}

const [CACHE_CONTROL, NO_STORE, ...OTHERS] = EVERY_ANSWER;

/** Kept by nobody, and not collected by a compressor or a proxy before it is passed on. */
export const EVERY_STREAM: readonly string[] = [
  `${CACHE_CONTROL}`,
  `${NO_STORE}, no-transform`,
  ...OTHERS,
  "X-Accel-Buffering",
  "no",
];
