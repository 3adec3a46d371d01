import type { Deferred } from "../deferred.ts";
import { isMeta, type Message } from "../message.ts";
import type { Cancel } from "../world.ts";
import type { Outlet } from "./outlet.ts";

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
  isReceived?: boolean;
  attempts: number;
  /** True where it can do no harm when it arrives twice. */
  isSafe?: boolean;
  /** Stops waiting for the reply; undefined as long as it is not sent. */
  cancel?: Cancel | undefined;
}

/** The message as it is to be sent now. `key` begins the keys of the client's messages. */
export function stamped(entry: Entry, outlet: Outlet | undefined, key: string): Message {
  const { message } = entry;
  const { channel, id, ext } = message;
  if (entry.type === "own") return message;
  const isKeyed = outlet?.hasKeys && !/^.(meta|service)\//.test(channel);
  entry.isSafe = isKeyed || isMeta(message);
  const keyed = { idempotencyKey: `${key}-${id}`, ...ext };
  // An extension may have ended the session.
  return { ...message, clientId: outlet?.clientId, ext: isKeyed ? keyed : ext };
}
