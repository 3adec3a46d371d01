import { bayeuxError } from "../protocol/errors.ts";
import type { Message } from "../protocol/message.ts";

/** What a held connect is answered when its client is gone for good, is unknown to the store, or is served elsewhere. */
export const NO_RETURN: Partial<Message> = { advice: { reconnect: "none" } };
export const UNKNOWN: Partial<Message> = {
  successful: false,
  error: bayeuxError("session_unknown"),
  advice: { reconnect: "handshake", interval: 0 },
};
export const ELSEWHERE: Partial<Message> = { advice: { reconnect: "retry", interval: 0 } };

/** Characters of a reason that a client is told. */
const REASON_LENGTH = 200;

/** To one that the server wants no more. */
export function goodbye(reason: string): Partial<Message> {
  return { ...NO_RETURN, ext: { reason: reason.slice(0, REASON_LENGTH) } };
}
