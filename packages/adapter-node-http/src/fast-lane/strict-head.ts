/** The head of a request that reads the same to every parser there is. */
export interface StrictHead {
  /** As it came in, up to and with the empty line: as many characters as bytes. */
  readonly text: string;
  readonly url: string;
  /** Each once, by names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes that follow. */
  readonly bodyLength: number;
}

/** Bytes of a head that are looked at: far more than what clients send, and half of what node:http takes. */
export const MAX_HEAD_BYTES = 8_192;
const MAX_HEADERS = 64;

const END_OF_HEAD = "\r\n\r\n";
/** No percent sign, no host, nothing that has to be resolved or decoded. */
const REQUEST_LINE = /^POST (\/[\w\-.~!$&'()*+,;=:@/?]*) HTTP\/1\.1$/;
/** One space before the value, none behind it, and nothing in it but what is visible and plain. */
const HEADER_LINE = /^([a-z][\w!#$%&'*+\-.^`|~]*): ([!-~](?:[ -~]*[!-~])?)$/i;
const LENGTH = /^(?:0|[1-9]\d{0,8})$/;

/** Headers that change how a request is framed, or ask for something else than an answer. */
const OTHERS: readonly string[] = [
  "transfer-encoding",
  "content-encoding",
  "te",
  "trailer",
  "expect",
  "upgrade",
  "http2-settings",
  "proxy-connection",
];

/**
 * The head at the beginning of the bytes. Undefined when it is not complete, or anything at all is unusual about it: such
 * a request is for a real parser, which has rules for what is unusual.
 */
export function strictHeadOf(bytes: Buffer): StrictHead | undefined {
  const end = bytes.subarray(0, MAX_HEAD_BYTES).indexOf(END_OF_HEAD);
  if (end === -1) return undefined;
  const [first, ...lines] = bytes.toString("latin1", 0, end).split("\r\n");
  const url = REQUEST_LINE.exec(first ?? "")?.[1];
  if (url === undefined || lines.length > MAX_HEADERS) return undefined;
  const headers = headersOf(lines);
  if (headers === undefined || !isPlain(headers)) return undefined;
  const text = bytes.toString("latin1", 0, end + END_OF_HEAD.length);
  return { text, url, headers, bodyLength: Number(headers["content-length"]) };
}

/** True when the bytes begin with this very head. */
export function beginsWith(bytes: Buffer, { text }: StrictHead): boolean {
  return bytes.toString("latin1", 0, text.length) === text;
}

/** Undefined, too, when one is there twice. */
function headersOf(lines: readonly string[]): Record<string, string> | undefined {
  const headers: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const line of lines) {
    const [, name, value] = HEADER_LINE.exec(line) ?? [];
    if (name === undefined || value === undefined) return undefined;
    const lowerCase = name.toLowerCase();
    if (lowerCase in headers) return undefined;
    headers[lowerCase] = value;
  }
  return headers;
}

function isPlain(headers: Readonly<Record<string, string>>): boolean {
  const { host, connection = "keep-alive", "content-length": length = "" } = headers;
  if (host === undefined || !LENGTH.test(length)) return false;
  if (connection.toLowerCase() !== "keep-alive") return false;
  return !OTHERS.some((name) => name in headers);
}
