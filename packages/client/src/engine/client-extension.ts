import type { CometError } from "../comet-error.ts";
import type { Message } from "../message.ts";

/** What a hook makes of a message: another one, the same where it returns nothing, and none at all where that is null. */
// biome-ignore lint/suspicious/noConfusingVoidType: a hook that only looks returns nothing
export type Hooked = Message | null | undefined | void;

/** Sees all messages in either direction, those on meta channels included. What a hook throws is told as an `error`. */
export interface ClientExtension {
  /** Before it is sent. A message that is taken out rejects with `message_deleted`. */
  outgoing?(message: Message): Hooked;
  /** Before anybody else sees it. */
  incoming?(message: Message): Hooked;
  /** There will be no answer to what was sent. */
  failed?(message: Message, error: CometError): void;
}
