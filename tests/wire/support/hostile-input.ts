import fc from "fast-check";

/** Stands for the client id of whoever sends it. */
export const OWN_ID = "@own";

const NAMES = [
  "/meta/handshake",
  "/meta/connect",
  "/meta/subscribe",
  "/meta/unsubscribe",
  "/meta/disconnect",
  "/meta/nonsense",
  "/meta/subscribe/x",
  "/service/echo",
  "/service/later",
  "/service/**",
  "/room",
  "/room/*",
  "/**",
  "/",
  "//",
  "/__proto__",
  "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q",
  `/${"x".repeat(300)}`,
];

const FIELDS = [
  "channel",
  "id",
  "clientId",
  "data",
  "version",
  "minimumVersion",
  "supportedConnectionTypes",
  "connectionType",
  "advice",
  "subscription",
  "ext",
  "successful",
  "error",
  "timestamp",
  "fault",
  "__proto__",
  "constructor",
  "toJSON",
  "then",
  "",
];

const TYPES = ["long-polling", "websocket", "callback-polling"];

const text = fc.oneof(
  fc.constantFrom("", " ", "\u0000", "\ud800", "\u2028", "__proto__", "constructor", OWN_ID, "NaN"),
  fc.constantFrom(...NAMES),
  fc.string({ unit: "binary", maxLength: 80 }),
);

const value: fc.Arbitrary<unknown> = fc.oneof(
  text,
  fc.constantFrom(null, true, 0, -1, 1.5, 1e308, 2 ** 53, [], {}, [null], [[]], { timeout: -1 }),
  fc.constantFrom<unknown>({ timeout: 1e308 }, { reconnect: "none" }, { ack: true }, TYPES, [
    "1.0",
  ]),
  fc.array(text, { maxLength: 60 }),
  fc.jsonValue({ maxDepth: 5 }),
);

/** What a client would send, before anything is done to it. */
const wellFormed = fc.constantFrom<readonly (readonly [string, unknown])[]>(
  [
    ["channel", "/meta/handshake"],
    ["version", "1.0"],
    ["supportedConnectionTypes", TYPES],
  ],
  [
    ["channel", "/meta/connect"],
    ["connectionType", "long-polling"],
  ],
  [
    ["channel", "/meta/subscribe"],
    ["subscription", ["/room", "/room/*"]],
  ],
  [
    ["channel", "/meta/unsubscribe"],
    ["subscription", "/room"],
  ],
  [["channel", "/meta/disconnect"]],
  [
    ["channel", "/room"],
    ["data", { text: "hello" }],
  ],
  [
    ["channel", "/service/echo"],
    ["data", 1],
  ],
);

/** Most often one that means something. */
const name = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...FIELDS.slice(0, 11)) },
  { weight: 3, arbitrary: fc.constantFrom(...FIELDS) },
  { weight: 1, arbitrary: text },
);

/** A message, and more fields, which may take the place of its own. Written by hand, so that any key can be there, and twice. */
const message = fc
  .tuple(wellFormed, fc.array(fc.tuple(name, value), { maxLength: 4 }), fc.nat(5))
  .map(([fields, more, chance]) => [
    ...(chance > 0 ? [["clientId", OWN_ID] as const] : []),
    ...fields,
    ...more,
  ])
  .map(
    (fields) => `{${fields.map(([key, of]) => `${JSON.stringify(key)}:${JSON.stringify(of)}`)}}`,
  );

const list = fc.array(message, { maxLength: 6 }).map((messages) => `[${messages}]`);

/** Text that is cut, doubled or has something else in it. */
const damaged = fc
  .tuple(list, fc.nat(200), text)
  .map(([json, at, what]) => json.slice(0, at) + what + json.slice(at));

/** One request, as it goes over the wire. */
export const hostileRequest: fc.Arbitrary<string | Uint8Array> = fc.oneof(
  { weight: 8, arbitrary: list },
  { weight: 3, arbitrary: message },
  { weight: 2, arbitrary: damaged },
  { weight: 2, arbitrary: fc.json() },
  { weight: 1, arbitrary: text },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
  { weight: 1, arbitrary: fc.nat(10_000).map((depth) => "[".repeat(depth) + "]".repeat(depth)) },
  { weight: 1, arbitrary: fc.nat(300).map((count) => `[${Array(count).fill("{}")}]`) },
);

/** How many messages a request holds. Undefined: it is no list of messages. */
export function messagesIn(request: string | Uint8Array): number | undefined {
  try {
    const json = decode(request).replace(/^\ufeff/, "");
    if (json.trim() === "") return 0;
    const parsed: unknown = JSON.parse(json);
    const messages = Array.isArray(parsed) ? (parsed as unknown[]) : [parsed];
    return messages.every(isObject) ? messages.length : undefined;
  } catch {
    return undefined;
  }
}

function decode(request: string | Uint8Array): string {
  // Sent as UTF-8, which has no half characters.
  const bytes = typeof request === "string" ? new TextEncoder().encode(request) : request;
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
}

function isObject(of: unknown): boolean {
  return typeof of === "object" && of !== null && !Array.isArray(of);
}
