import type { Advice, Batch, BatchEncoder, EncodedMessage, Message } from "@encke/core";
import { EVERY_STREAM, type StreamForm } from "./stream-form.ts";

/** The id of the last event of a stream that is not to be opened again. */
export const OVER = "over";

/** Milliseconds after which an EventSource comes back when its connection has broken, and when it ended as it should. */
const RETRY = 2_000;
const RETRY_SOON = 100;
/** Not less, where the server says why a stream has ended: two that displace each other must not chase each other. */
const RETRY_LEAST = 1_000;

/** Tells an EventSource to come back later, and nothing else. */
export const COME_BACK: string = `retry: ${RETRY}\n\n`;

interface EncodedEvent {
  readonly whole: Uint8Array;
  /** The same without an id. */
  readonly plain: Uint8Array;
  /** That of the newest message in it. */
  readonly position: number | undefined;
}

/** The one object to hand to {@link Batch.as}, so that a batch is encoded once for all streams it goes to. */
const eventEncoder: BatchEncoder<EncodedEvent> = {
  encode(json, messages) {
    const position = newestIn(messages);
    const id = idOf(position);
    const whole = Buffer.from(`${id}${eventOf(json)}`);
    return { position, whole, plain: whole.subarray(id.length) };
  },
};

const NOTHING = Buffer.alloc(0);
const START = Buffer.from(COME_BACK);
/** An event, and not a comment: pages see it, too. */
const HEARTBEAT = Buffer.from("event: heartbeat\ndata: []\n\n");
const ENDED = Buffer.from(`retry: ${RETRY_LEAST}\n\n`);
const NOT_AGAIN = `id: ${OVER}\n`;
const FAREWELL = Buffer.from(`retry: ${RETRY_SOON}\n\n`);

export const EVENT_HEADERS: readonly string[] = [
  "Content-Type",
  "text/event-stream;charset=UTF-8",
  ...EVERY_STREAM,
];

/**
 * One JSON array of messages in each event of one stream. The event's id is the position up to which its reader has
 * all messages.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export class EventForm implements StreamForm {
  readonly headers: readonly string[] = EVENT_HEADERS;
  readonly start: Uint8Array = START;
  readonly heartbeat: Uint8Array = HEARTBEAT;
  readonly farewell: Uint8Array = FAREWELL;
  #position = -1;

  /** An answer without a stream is the end of it. */
  textOf(json: string): string {
    return `${NOT_AGAIN}${eventOf(json)}`;
  }

  bytesOf(batch: Batch): Uint8Array {
    const { whole, plain, position = -1 } = batch.as(eventEncoder);
    // Older messages, of a history, say nothing about how far the reader has got.
    if (position <= this.#position) return plain;
    this.#position = position;
    return whole;
  }

  /** Where the stream begins, for a reader that has not been sent a position yet. */
  startAt(position: number): Uint8Array {
    if (this.#position !== -1) return NOTHING;
    this.#position = position;
    return Buffer.from(`${idOf(position)}\n`);
  }

  lastBytesOf(batch: Batch): Uint8Array {
    const reply = batch.messages.at(-1);
    if (reply === undefined) return ENDED;
    const { advice = {} } = JSON.parse(reply.json) as Message;
    return Buffer.from(`${endOf(advice)}${eventOf(batch.json)}`);
  }
}

/** An EventSource always comes back, unless its last id says that it had better not. */
function endOf({ reconnect = "retry", interval = 0, ...advice }: Advice): string {
  const mayReturn = reconnect === "retry" && advice["multiple-clients"] !== true;
  const retry = `retry: ${Math.max(interval, RETRY_LEAST)}\n`;
  return mayReturn ? retry : `${retry}${NOT_AGAIN}`;
}

function eventOf(json: string): string {
  return `data: ${json}\n\n`;
}

function idOf(position: number | undefined): string {
  return position === undefined ? "" : `id: ${position}\n`;
}

function newestIn(messages: readonly EncodedMessage[]): number | undefined {
  let newest: number | undefined;
  for (const { position } of messages) {
    if (position !== undefined && position > (newest ?? -1)) newest = position;
  }
  return newest;
}
