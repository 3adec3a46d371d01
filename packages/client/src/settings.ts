import type { AnyChannel } from "./channel-map.ts";
import { CometError } from "./comet-error.ts";
import { backoff } from "./engine/backoff.ts";
import { longPolling } from "./long-polling.ts";
import type { Ext } from "./message.ts";
import type { SchemasOf } from "./standard-schema.ts";
import type { TransportFactory } from "./transport.ts";
import { surroundings, type World } from "./world.ts";

/** A value, or a function that is asked for it each time that it is needed. */
export type Supplied<T> = T | (() => T | Promise<T>);

/** How a client is made. All durations are milliseconds. */
export interface ClientOptions<Channels = AnyChannel> {
  /** What may be used, the preferred ones first. @default [longPolling] */
  readonly transports?: readonly TransportFactory[];
  /** Sent with each HTTP request. Browsers send none with a WebSocket. @default {} */
  readonly headers?: Supplied<Readonly<Record<string, string>>>;
  /** Sent with handshakes. @default {} */
  readonly ext?: Supplied<Ext>;
  /**
   * Asked before each handshake and each HTTP request. Sent as `Authorization: Bearer` with requests, and as `ext.token`
   * with handshakes. @default none
   */
  readonly getToken?: () => string | Promise<string>;
  /** How long an answer may take; that to a connect may take longer by as long as the server holds it. @default 10_000 */
  readonly maxNetworkDelay?: number;
  /** Messages that may wait for a connection. More are refused with `queue_full`. @default 1_000 */
  readonly queueSize?: number;
  /** What becomes of what is published or called without a connection: it waits for one, or rejects with `offline`. @default "wait" */
  readonly offline?: "wait" | "reject";
  /**
   * Milliseconds to wait after so many failures in a row. @default at random: less than 1 s, 2 s, 4 s and so on, up to a
   * minute
   */
  readonly backoff?: (failures: number, random: () => number) => number;
  /** Whether messages are acknowledged where the server can have that. @default true */
  readonly ack?: boolean;
  /**
   * Whether the client goes by what happens to its page: says good-bye when that is left, and looks at once for the server
   * when that is shown again or back online. @default true
   */
  readonly pageLife?: boolean;
  /**
   * What is on which channel, as schemas of any library that follows Standard Schema. For the compiler only: nothing is
   * checked when the program runs. @default none
   */
  readonly schemas?: SchemasOf<Channels>;
  /** Takes the place of what this runs in, or of parts of it: of `fetch`, or of `WebSocket` where there is none. */
  readonly world?: Partial<World>;
}

export interface Settings extends Required<Omit<ClientOptions, "getToken" | "schemas" | "world">> {
  readonly getToken?: ClientOptions["getToken"];
  readonly world: World;
}

const DEFAULTS: Record<keyof ClientOptions, unknown> = {
  transports: [longPolling],
  headers: {},
  ext: {},
  getToken: undefined,
  maxNetworkDelay: 10_000,
  queueSize: 1_000,
  offline: "wait",
  backoff,
  ack: true,
  pageLife: true,
  schemas: undefined,
  world: {},
};

/** Throws a `CometError` with the code `options_invalid` where an option is unknown. */
export function settle(options: ClientOptions<unknown>): Settings {
  const settings: Record<string, unknown> = { ...DEFAULTS };
  for (const [name, value] of Object.entries(options)) {
    if (!(name in DEFAULTS)) throw new CometError("options_invalid", name);
    if (value !== undefined) settings[name] = value;
  }
  settings.world = { ...surroundings(), ...options.world };
  return settings as unknown as Settings;
}

/** What goes with each HTTP request. */
export async function headersOf({
  headers,
  getToken,
}: Pick<Settings, "headers" | "getToken">): Promise<Readonly<Record<string, string>>> {
  const token = await getToken?.();
  return { ...(token && { Authorization: `Bearer ${token}` }), ...(await supplied(headers)) };
}

/** What goes with each handshake. */
export async function handshakeExt({ ext, getToken, ack }: Settings): Promise<Ext> {
  const token = await getToken?.();
  return { idempotency: true, ack, ...(token && { token }), ...(await supplied(ext)) };
}

async function supplied<T extends object>(source: Supplied<T>): Promise<T> {
  return typeof source === "function" ? source() : source;
}
