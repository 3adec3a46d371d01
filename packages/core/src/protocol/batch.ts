import { isAsciiText } from "./byte-length.ts";

/** A message whose text is made already. One object serves all who receive it. */
export interface EncodedMessage {
  /** The complete JSON object. */
  readonly json: string;
  /** Whether it has one byte for each character, where that is known without a look at the text. */
  readonly isAscii?: boolean | undefined;
  /** Its place in the log. Missing for a reply, which is in none. */
  readonly position?: number;
}

/** Turns the JSON array of a batch into what a transport writes: a WebSocket frame, an SSE event. */
export interface BatchEncoder<T> {
  /** `messages` are those of which the array is made; `isAscii`: it has one byte for each character. */
  encode(json: string, messages: readonly EncodedMessage[], isAscii: boolean): T;
}

/**
 * Messages that leave in one write. Clients that receive the same messages are handed the same batch,
 * so that the text is joined once and framed once, whatever their number.
 */
export class Batch {
  #messages: readonly EncodedMessage[];
  #json: string | undefined;
  /** The JSON of the messages as it stands before more of them. */
  #opening: string | undefined;
  /** Comes after the messages. Every answer to a connect has one, and few need it as a message among the others. */
  #last: EncodedMessage | undefined;
  #isAscii: boolean | undefined;
  #encoder: BatchEncoder<unknown> | undefined;
  #encoded: unknown;

  constructor(messages: readonly EncodedMessage[]) {
    this.#messages = messages;
  }

  get messages(): readonly EncodedMessage[] {
    if (this.#last !== undefined) {
      this.#messages = [...this.#messages, this.#last];
      this.#last = undefined;
    }
    return this.#messages;
  }

  /** The JSON array. */
  get json(): string {
    this.#json ??= `[${this.#items()}]`;
    return this.#json;
  }

  /** True when the array has one byte for each character. Of what many receive, only their own part is looked at for each. */
  get isAscii(): boolean {
    this.#isAscii ??= this.#messages.every(isAscii);
    return this.#isAscii;
  }

  /** This batch and one more message at its end; the text that is joined already is used again. */
  with(message: EncodedMessage): Batch {
    const longer = new Batch(this.messages);
    longer.#last = message;
    longer.#isAscii = this.isAscii && isAscii(message);
    this.#opening ??= longer.#messages.length === 0 ? "[" : `[${this.#items()},`;
    longer.#json = `${this.#opening}${message.json}]`;
    return longer;
  }

  /** The array as `encoder` makes it. Made once as long as the same encoder asks: pass one object, not a new one each time. */
  as<T>(encoder: BatchEncoder<T>): T {
    if (this.#encoder !== encoder) {
      this.#encoder = encoder;
      this.#encoded = encoder.encode(this.json, this.messages, this.isAscii);
    }
    return this.#encoded as T;
  }

  #items(): string {
    const { messages } = this;
    if (messages.length === 1) return (messages[0] as EncodedMessage).json;
    return messages.map((message) => message.json).join(",");
  }
}

function isAscii({ isAscii, json }: EncodedMessage): boolean {
  return isAscii ?? isAsciiText(json);
}

/**
 * Gives clients with the same messages the same {@link Batch}. Lives as long as one round of
 * deliveries: a batch is kept under its first message, and the round ends before it could be stale.
 */
export class BatchCache {
  #byFirst = new Map<EncodedMessage, Batch>();
  /** The one that was asked for last: most often, those who come after each other get the same. */
  #last: Batch | undefined;

  of(messages: readonly EncodedMessage[]): Batch {
    const first = messages[0];
    if (first === undefined) return new Batch(messages);
    const last = this.#last?.messages;
    if (last !== undefined && last[0] === first && areSame(last, messages)) {
      return this.#last as Batch;
    }
    this.#last = this.#kept(first, messages);
    return this.#last;
  }

  clear(): void {
    // A map that is cleared keeps what was in it alive, as is said at `RenewedMap`.
    if (this.#byFirst.size > 0) this.#byFirst = new Map();
    this.#last = undefined;
  }

  #kept(first: EncodedMessage, messages: readonly EncodedMessage[]): Batch {
    const known = this.#byFirst.get(first);
    if (known !== undefined && areSame(known.messages, messages)) return known;
    const batch = new Batch(messages);
    this.#byFirst.set(first, batch);
    return batch;
  }
}

function areSame(one: readonly EncodedMessage[], other: readonly EncodedMessage[]): boolean {
  if (one.length !== other.length) return false;
  for (let index = 1; index < one.length; index++) if (one[index] !== other[index]) return false;
  return true;
}
