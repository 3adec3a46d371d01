import type { Advice } from "../message.ts";

/** Why a message got no answer, or why it was never sent. */
export interface Failure {
  /** For people. */
  reason: string;
  connectionType?: string;
  /** The status of the HTTP response, if there was one. */
  httpCode?: number;
  exception?: unknown;
  /** What was to be sent. */
  message?: CometMessage;
}

/** One message, as listeners, callbacks and extensions of cometd.js know it. */
export interface CometMessage {
  channel: string;
  id?: string;
  clientId?: string;
  // biome-ignore lint/suspicious/noExplicitAny: as in the types of cometd.js, so that what was written for them compiles
  data?: any;
  advice?: Advice;
  connectionType?: string;
  error?: string;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  ext?: any;
  failure?: Failure;
  minimumVersion?: string;
  /** In replies to handshakes: true for all but the first. */
  reestablish?: boolean;
  subscription?: string;
  successful?: boolean;
  supportedConnectionTypes?: string[];
  timestamp?: string;
  version?: string;
}

/** Fields of the application's own, for a message that is to be sent. Those of the protocol cannot be overridden. */
export type Props = object;

export type Callback = (message: CometMessage) => void;

export type Status = "disconnected" | "handshaking" | "connecting" | "connected" | "disconnecting";
