import type { Deferred } from "../deferred.ts";
import type { Message } from "../message.ts";
import type { Cancel } from "../world.ts";

/** Times that a message is sent before nobody believes any more that it can be. */
export const ATTEMPTS = 10;
/** Why a message may have to be sent again. */
export const TRANSIENT: readonly string[] = ["connection_failed", "timeout", "session_lost"];

/** `own`: sent by the session itself, at once, and once. `call`: the result is waited for, and not the receipt. */
export type EntryType = "own" | "call" | undefined;

/** Something that was asked and is not answered yet. */
export interface Entry extends Deferred<Message> {
  readonly message: Message;
  /** What has become of it on its way, which is what a transport knows. */
  sent: Message;
  /** Milliseconds to wait for the reply. */
  readonly timeout: number;
  readonly type: EntryType;
  /** True of a call that has a receipt: a request that ends now is not what it waits for. */
  isReceived: boolean;
  attempts: number;
  /** True where it can do no harm when it arrives twice. */
  isSafe: boolean;
  /** Stops waiting for the reply; undefined as long as it is not sent. */
  cancel: Cancel | undefined;
}
