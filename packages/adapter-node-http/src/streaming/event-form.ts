import type { Advice, Batch, BatchEncoder, EncodedMessage, Message } from "@encke/core";
import { EVERY_STREAM, type StreamForm } from "./stream-form.ts";

/** A position as it stands in an id. */
const POSITION = /^\d{1,15}$/;

/** The id of the last event of a stream that is not to be opened again. */
export const OVER = "over";

/** Milliseconds after which an EventSource comes back when its connection has broken, and when it ended as it should. */
const RETRY = 2_000;
const RETRY_SOON = 100;
/** Not less, where the server says why a stream has ended: two that displace each other must not chase each other. */
const RETRY_LEAST = 1_000;

/** Tells an EventSource to come back later, and nothing else. */
export const COME_BACK: string = `retry: ${RETRY}\n\n`;

/** Stands between a client's id and a position. */
const OWNER_END = ":";

export interface EventFormParts {
  readonly clientId?: string | undefined;
  /** What the reader is to be told before all else. */
  readonly replies?: Batch;
}

/** What an event's id says: how far its reader has got, and of which client it is, if it does not know itself. */
export interface EventId {
  readonly clientId?: string;
  readonly position?: number;
}

/** Empty for what no stream of ours ever said. */
export function readEventId(id: string): EventId {
  const at = id.lastIndexOf(OWNER_END);
  const position = id.slice(at + 1);
  if (!POSITION.test(position)) return {};
  return { position: Number(position), ...(at > 0 && { clientId: id.slice(0, at) }) };
}

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
  readonly start: Uint8Array;
  readonly heartbeat: Uint8Array = HEARTBEAT;
  readonly farewell: Uint8Array = FAREWELL;
  readonly #owner: string;
  /** True when a reader that comes back without a client is given another one. */
  readonly #isJoined: boolean;
  #position = -1;

  /** With a client's id, each event's id names the client, too, for a reader that comes back and knows nothing of it. */
  constructor({ clientId, replies }: EventFormParts = {}) {
    this.#owner = clientId === undefined ? "" : `${clientId}${OWNER_END}`;
    this.#isJoined = clientId !== undefined || replies !== undefined;
    this.start =
      replies === undefined ? START : Buffer.from(`${COME_BACK}${eventOf(replies.json)}`);
  }

  /** The last event, whether there was a stream before it or not. */
  textOf(json: string): string {
    const { advice } = (JSON.parse(json) as readonly Message[]).at(-1) ?? {};
    return `${this.#endOf(advice)}${eventOf(json)}`;
  }

  bytesOf(batch: Batch): Uint8Array {
    const { whole, plain, position = -1 } = batch.as(eventEncoder);
    // Older messages, of a history, say nothing about how far the reader has got.
    if (position <= this.#position) return plain;
    this.#position = position;
    if (this.#owner === "") return whole;
    return Buffer.concat([Buffer.from(idOf(position, this.#owner)), plain]);
  }

  /** Where the stream begins, for a reader that has not been sent a position yet. */
  startAt(position: number): Uint8Array {
    if (this.#position !== -1) return NOTHING;
    this.#position = position;
    return Buffer.from(`${idOf(position, this.#owner)}\n`);
  }

  lastBytesOf(batch: Batch): Uint8Array {
    return batch.messages.length === 0 ? ENDED : Buffer.from(this.textOf(batch.json));
  }

  /** An EventSource always comes back, unless its last id says that it had better not. */
  #endOf({ reconnect = "retry", interval = 0, ...advice }: Advice = {}): string {
    const isWelcome = reconnect === "retry" || (reconnect === "handshake" && this.#isJoined);
    const retry = `retry: ${Math.max(interval, RETRY_LEAST)}\n`;
    return isWelcome && advice["multiple-clients"] !== true ? retry : `${retry}${NOT_AGAIN}`;
  }
}

function eventOf(json: string): string {
  return `data: ${json}\n\n`;
}

function idOf(position: number | undefined, owner = ""): string {
  return position === undefined ? "" : `id: ${owner}${position}\n`;
}

function newestIn(messages: readonly EncodedMessage[]): number | undefined {
  let newest: number | undefined;
  for (const { position } of messages) {
    if (position !== undefined && position > (newest ?? -1)) newest = position;
  }
  return newest;
}
