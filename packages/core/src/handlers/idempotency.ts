import type { Message } from "../protocol/message.ts";
import type { Publication } from "../store/message-log.ts";

/** The longest key that a client may give a message. */
const KEY_LENGTH = 64;

/** True of a handshake that asks whether messages may carry a key, under which they are put into the log once. */
export function asksForKeys({ ext }: Message): boolean {
  return ext?.idempotency === true;
}

/** False where the message has a key that is none. */
export function hasValidKey({ ext }: Message): boolean {
  const key = ext?.idempotencyKey;
  return key === undefined || (typeof key === "string" && key !== "" && key.length <= KEY_LENGTH);
}

/** What the log knows the message by when it is sent again. Each key is of one message, so they may come in any order. */
export function producerOf({ ext }: Message): Pick<Publication, "producer"> | undefined {
  const key = ext?.idempotencyKey;
  return typeof key === "string" ? { producer: { key, sequence: 1 } } : undefined;
}
