/**
 * Every error a peer can be answered with: the number and the text of `ddd:arguments:text`.
 * Where CometD has a word for the same thing, it is CometD's.
 */
export const BAYEUX_ERRORS: Readonly<Record<BayeuxErrorCode, number>> = {
  field_invalid: 400,
  channel_missing: 400,
  data_missing: 400,
  version_unsupported: 400,
  connection_type_unsupported: 301,
  parameter_missing: 402,
  session_unknown: 402,
  handshake_denied: 403,
  connect_denied: 403,
  create_denied: 403,
  subscribe_denied: 403,
  subscription_missing: 403,
  subscription_invalid: 403,
  publish_denied: 403,
  disconnect_denied: 403,
  channel_denied: 403,
  message_deleted: 404,
  target_unknown: 404,
  channel_invalid: 405,
  message_too_large: 413,
  too_many_subscriptions: 429,
  too_many_clients: 429,
  too_many_requests: 429,
  server_error: 500,
  handler_timeout: 503,
  server_closing: 503,
};

export type BayeuxErrorCode =
  | "field_invalid"
  | "channel_missing"
  | "data_missing"
  | "version_unsupported"
  | "connection_type_unsupported"
  | "parameter_missing"
  | "session_unknown"
  | "handshake_denied"
  | "connect_denied"
  | "create_denied"
  | "subscribe_denied"
  | "subscription_missing"
  | "subscription_invalid"
  | "publish_denied"
  | "disconnect_denied"
  | "channel_denied"
  | "message_deleted"
  | "target_unknown"
  | "channel_invalid"
  | "message_too_large"
  | "too_many_subscriptions"
  | "too_many_clients"
  | "too_many_requests"
  | "server_error"
  | "handler_timeout"
  | "server_closing";

/** Everything Encke throws at its caller, or refuses a whole request for, with the HTTP status that an adapter answers. */
export const COMET_ERRORS: Readonly<Record<CometErrorCode, number>> = {
  options_invalid: 500,
  channel_name_invalid: 500,
  channel_pattern_invalid: 500,
  data_not_serializable: 500,
  comet_closed: 503,
  publish_cancelled: 500,
  store_failed: 500,
  client_exists: 409,
  client_id_invalid: 500,
  request_malformed: 400,
  request_empty: 400,
  request_too_deep: 400,
  request_too_large: 413,
  request_too_many_messages: 413,
};

export type CometErrorCode =
  | "options_invalid"
  | "channel_name_invalid"
  | "channel_pattern_invalid"
  | "data_not_serializable"
  | "comet_closed"
  | "publish_cancelled"
  | "store_failed"
  | "client_exists"
  | "client_id_invalid"
  | "request_malformed"
  | "request_empty"
  | "request_too_deep"
  | "request_too_large"
  | "request_too_many_messages";

/** What Encke throws. Key on `code`; the text is for people and may change. */
export class CometError extends Error {
  override readonly name = "CometError";
  readonly code: CometErrorCode;

  constructor(code: CometErrorCode, text: string, options?: ErrorOptions) {
    super(text, options);
    this.code = code;
  }

  /** The HTTP status of a request that is refused for this. */
  get status(): number {
    return COMET_ERRORS[this.code];
  }
}

const REASON_LENGTH = 200;

/**
 * The `error` field of a reply: `403:/chat/room:subscribe_denied`. A `reason` takes the place of the
 * code's own text. Whatever could be taken for a separator is escaped, so that a peer can split at colons.
 * @see https://docs.cometd.org/current/reference/#_bayeux_message_fields_error
 */
export function bayeuxError(
  code: BayeuxErrorCode,
  args: readonly string[] = [],
  reason?: string,
): string {
  const text = reason === undefined || reason === "" ? code : escapeText(reason);
  return `${BAYEUX_ERRORS[code]}:${args.map(escapeArgument).join(",")}:${text}`;
}

/** The same for an error that an application has made up for a remote call. */
export function remoteErrorText(code: string, message: string): string {
  return `400:${escapeArgument(code)}:${escapeText(message)}`;
}

function escapeText(text: string): string {
  return text
    .slice(0, REASON_LENGTH)
    .replace(/\p{Cc}/gu, " ")
    .replaceAll(":", "%3A");
}

function escapeArgument(text: string): string {
  return escapeText(text).replaceAll(",", "%2C");
}
