import type { GateOptions } from "@encke/adapter-node-http";
import { CometError, isChannel, isChannelPattern } from "@encke/core";

/** What the clients of a namespace get without asking for it. */
export interface NamespaceOptions {
  /**
   * Events that a client is subscribed to when it connects, as names or patterns below the namespace: `["say", "rooms/*"]`.
   * The policies are asked; where one is refused, so is the connection. @default []
   */
  readonly subscribe?: readonly string[];
}

/** Durations are milliseconds, sizes bytes. The limits of the Comet hold, too. */
export interface SocketIoOptions extends GateOptions {
  /** Where `socket.io-client` looks for a server: its option `path`. @default "/socket.io" */
  readonly path?: string;
  /**
   * The namespaces that there are: names such as `/chat`, or patterns such as `/rooms/*`. The closest one holds. A connection
   * to any other is refused. @default { "/": {} }
   */
  readonly namespaces?: Readonly<Record<string, NamespaceOptions>>;
  /** How often clients are pinged. @default 25_000 */
  readonly pingInterval?: number;
  /** How long a client may take to answer a ping before its connection is broken off. @default 20_000 */
  readonly pingTimeout?: number;
  /** How long the change from polling to WebSocket may take. @default 10_000 */
  readonly upgradeTimeout?: number;
  /** How long a connection may be open without being in a namespace. @default 10_000 */
  readonly connectTimeout?: number;
  /** Connections that may be open without being in a namespace at the same time. @default 10_000 */
  readonly maxPendingConnections?: number;
  /** Namespaces of one connection. @default 10 */
  readonly maxNamespaces?: number;
  /** Binary attachments of one event; with more, the connection is closed. @default 10 */
  readonly maxAttachments?: number;
  /** Bytes that wait on a slow connection before it is sent no more messages until it has caught up. @default 65_536 */
  readonly highWaterMark?: number;
  /** Bytes that wait on a slow connection before it is broken off. @default 1_048_576 */
  readonly maxBufferedBytes?: number;
}

type Numbers = Exclude<keyof SocketIoOptions, keyof GateOptions | "namespaces">;

/** {@link SocketIoOptions} with every default filled in. */
export interface Settings extends Readonly<Record<Numbers, number>> {
  readonly gate: GateOptions;
  readonly namespaces: Readonly<Record<string, NamespaceOptions>>;
}

const DEFAULTS = {
  path: "/socket.io",
  namespaces: { "/": {} },
  origins: "same-origin",
  allowedHeaders: [],
  trustProxy: false,
  pingInterval: 25_000,
  pingTimeout: 20_000,
  upgradeTimeout: 10_000,
  connectTimeout: 10_000,
  maxPendingConnections: 10_000,
  maxNamespaces: 10,
  maxAttachments: 10,
  highWaterMark: 65_536,
  maxBufferedBytes: 1_048_576,
} satisfies SocketIoOptions;

// Timers of Node that wait longer fire at once.
const LONGEST = 2 ** 31 - 1;
const CHANNEL_LIMITS = { channelLength: 256, channelDepth: 16 };

/** Throws {@link CometError} `options_invalid`. What is for the gate is checked there. */
export function settingsOf(options: SocketIoOptions): Settings {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  for (const [name, value] of given) check(name, value);
  const merged = { ...DEFAULTS, ...(Object.fromEntries(given) as SocketIoOptions) };
  const { path, origins, allowedHeaders, cookie, trustProxy, peerOf, ...ours } = merged;
  const gate = {
    ...{ path, origins, allowedHeaders, trustProxy },
    ...(cookie !== undefined && { cookie }),
    ...(peerOf !== undefined && { peerOf }),
  };
  checkNamespaces(ours.namespaces);
  return { ...(ours as Settings), gate };
}

function check(name: string, value: unknown): void {
  if (name === "cookie" || name === "peerOf") return;
  if (!Object.hasOwn(DEFAULTS, name)) throw invalid(`There is no option "${name}".`);
  const isNumber = typeof DEFAULTS[name as keyof typeof DEFAULTS] === "number";
  const isGood = Number.isSafeInteger(value) && Number(value) >= 1 && Number(value) <= LONGEST;
  if (isNumber && !isGood) {
    throw invalid(`The option "${name}" must be a whole number from 1 to ${LONGEST}.`);
  }
}

function checkNamespaces(namespaces: Readonly<Record<string, NamespaceOptions>>): void {
  for (const [name, options] of Object.entries(namespaces)) {
    if (name !== "/" && !isChannelPattern(name, CHANNEL_LIMITS)) {
      throw invalid(`"${name}" is neither a namespace nor a pattern of namespaces.`);
    }
    const { subscribe = [], ...unknown } = options;
    const [other] = Object.keys(unknown);
    if (other !== undefined) throw invalid(`There is no option "namespaces.${other}".`);
    const isList = Array.isArray(subscribe) && subscribe.every(isBelow);
    if (!isList) throw invalid('The option "namespaces.subscribe" must be a list of event names.');
  }
}

function isBelow(name: unknown): boolean {
  const channel = `/${name}`;
  return isChannel(channel, CHANNEL_LIMITS) || isChannelPattern(channel, CHANNEL_LIMITS);
}

function invalid(text: string): CometError {
  return new CometError("options_invalid", text);
}
