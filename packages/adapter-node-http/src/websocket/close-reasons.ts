import { CometError, type CometErrorCode } from "@encke/core";

/** A close code and its reason, fixed so that nothing of the inside shows. */
export interface CloseReason {
  readonly code: number;
  readonly reason: string;
}

type Occasion =
  | "sessionOver"
  | "goingAway"
  | "notText"
  | "malformed"
  | "overLimits"
  | "tooLarge"
  | "noHandshake";

/** @see https://datatracker.ietf.org/doc/html/rfc6455#section-7.4.1 */
export const CLOSE_REASONS: Readonly<Record<Occasion, CloseReason>> = {
  sessionOver: { code: 1000, reason: "session over" },
  goingAway: { code: 1001, reason: "server closing" },
  notText: { code: 1003, reason: "text only" },
  malformed: { code: 1007, reason: "malformed message" },
  overLimits: { code: 1008, reason: "over the limits" },
  tooLarge: { code: 1009, reason: "message too large" },
  noHandshake: { code: 1008, reason: "no handshake" },
};

const BY_ERROR: Partial<Record<CometErrorCode, CloseReason>> = {
  request_malformed: CLOSE_REASONS.malformed,
  request_too_deep: CLOSE_REASONS.overLimits,
  request_too_many_messages: CLOSE_REASONS.overLimits,
  request_too_large: CLOSE_REASONS.tooLarge,
};

/** How to close a socket on a frame that could not be decoded. Undefined: the frame is to be ignored. */
export function closeReasonOf(cause: unknown): CloseReason | undefined {
  if (!(cause instanceof CometError)) return CLOSE_REASONS.malformed;
  // Clients of faye before 1.3 send empty arrays to keep a connection alive.
  if (cause.code === "request_empty") return undefined;
  return BY_ERROR[cause.code] ?? CLOSE_REASONS.malformed;
}
