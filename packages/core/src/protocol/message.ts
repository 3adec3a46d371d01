/**
 * Hints of the server how and when to come back.
 * @see https://docs.cometd.org/current/reference/#_bayeux_message_fields_advice
 */
export interface Advice {
  reconnect?: "retry" | "handshake" | "none";
  /** Milliseconds to wait before the next connect. */
  interval?: number;
  /** Milliseconds a connect is held. In a request: what the client asks for. */
  timeout?: number;
  /** Milliseconds after which a client that does not come back is forgotten, counted from the end of `interval`. */
  maxInterval?: number;
  /** Another page of the same browser uses the same client. */
  "multiple-clients"?: boolean;
}

/** Room for extensions: one member for each, named after it. */
export type Ext = { [name: string]: unknown };

/**
 * One Bayeux message, in either direction. Fields of which the protocol knows nothing are dropped on
 * the way in.
 * @see https://docs.cometd.org/current/reference/#_bayeux_protocol_messages
 */
export interface Message {
  channel: string;
  /** Chosen by the sender; its reply carries the same, in the same JSON type. */
  id?: string | number;
  clientId?: string;
  data?: unknown;
  version?: string;
  minimumVersion?: string;
  supportedConnectionTypes?: readonly string[];
  connectionType?: string;
  advice?: Advice;
  subscription?: string | readonly string[];
  successful?: boolean;
  /** `ddd:arguments:text`, see the table of errors. */
  error?: string;
  ext?: Ext;
  timestamp?: string;
}

/** A message as it came in. `fault` is the error that it must be answered with when a field is not what it should be. */
export interface ReceivedMessage extends Message {
  fault?: string;
}
