import type { Message } from "./message.ts";

/** What goes wrong on this side. What a server answers with has the server's own words. */
export type ClientErrorCode =
  | "aborted"
  | "channel_invalid"
  | "connection_failed"
  | "data_invalid"
  | "disconnected"
  | "listener_failed"
  | "message_deleted"
  | "not_sent"
  | "offline"
  | "options_invalid"
  | "overflow"
  | "queue_full"
  | "request_refused"
  | "session_lost"
  | "session_over"
  | "timeout"
  | "transport_missing"
  | "transport_unfit";

interface Details {
  readonly cause?: unknown;
  readonly status?: number | undefined;
  readonly reply?: Message;
}

/**
 * What promises of a client reject with. Key on `code`: one of the client's own, or the text of the error that the server
 * answered with, such as `publish_denied`. The `message` is for people and may change.
 */
export class CometError extends Error {
  declare readonly code: ClientErrorCode | (string & {});
  /** The number of the server's error, or the HTTP status of its answer. */
  declare readonly status: number | undefined;
  /** The reply in which the server refused, if it did. */
  declare readonly reply: Message | undefined;

  constructor(code: ClientErrorCode | (string & {}), text: string = code, details: Details = {}) {
    super(text, details);
    Object.assign(this, details, { name: "CometError", code });
  }

  /**
   * What a reply that is not successful says: `403:/chat/room:subscribe_denied`, or the code and the text that a handler has
   * answered with instead of a result.
   */
  static of(reply: Message): CometError {
    const [number, , ...text] = `${reply.error}`.split(":");
    const said = text.join(":").replace(/%(3A|2C)/g, decodeURIComponent) || "refused";
    const { code = said, message = code } = (reply.data ?? {}) as Partial<Record<string, string>>;
    return new CometError(code, message, { reply, status: Number(number) || undefined });
  }
}

/** The error itself, or one with this code that has it for a cause. */
export function asCometError(
  cause: unknown,
  code: ClientErrorCode = "connection_failed",
): CometError {
  return cause instanceof CometError ? cause : new CometError(code, String(cause), { cause });
}
