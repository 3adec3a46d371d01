import { CometError } from "./comet-error.ts";
import { longPolling } from "./long-polling.ts";
import type { Ext } from "./message.ts";
import type { TransportFactory } from "./transport.ts";
import { surroundings, type World } from "./world.ts";

/** A value, or a function that is asked for it each time that it is needed. */
export type Supplied<T> = T | (() => T | Promise<T>);

/** How a client is made. All durations are milliseconds. */
export interface ClientOptions {
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
  /** Whether messages are acknowledged where the server can have that. @default true */
  readonly ack?: boolean;
  /** Takes the place of what this runs in, or of parts of it: of `fetch`, or of `WebSocket` where there is none. */
  readonly world?: Partial<World>;
}

export interface Settings extends Required<Omit<ClientOptions, "getToken" | "world">> {
  readonly getToken: ClientOptions["getToken"];
  readonly world: World;
}

const DEFAULTS = {
  transports: [longPolling],
  headers: {},
  ext: {},
  getToken: undefined,
  maxNetworkDelay: 10_000,
  queueSize: 1_000,
  ack: true,
} satisfies Omit<Settings, "world">;

/** Throws a `CometError` with the code `options_invalid` where an option is unknown or makes no sense. */
export function settle(options: ClientOptions): Settings {
  const unknown = Object.keys(options).find((name) => name !== "world" && !(name in DEFAULTS));
  if (unknown !== undefined) throw invalid(`There is no option ${unknown}.`);
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const settings: Settings = {
    ...DEFAULTS,
    ...Object.fromEntries(given),
    world: merge(options.world ?? {}, surroundings()),
  };
  if (!(settings.maxNetworkDelay > 0)) throw invalid("maxNetworkDelay has to be more than 0.");
  if (!(settings.queueSize >= 0)) throw invalid("queueSize cannot be less than 0.");
  return settings;
}

/** What goes with each HTTP request. */
export async function headersOf({
  headers,
  getToken,
}: Settings): Promise<Readonly<Record<string, string>>> {
  const token = await getToken?.();
  const own = await supplied(headers);
  return { ...(token !== undefined && { Authorization: `Bearer ${token}` }), ...own };
}

/** What goes with each handshake. */
export async function handshakeExt({ ext, getToken, ack }: Settings): Promise<Ext> {
  const token = await getToken?.();
  const own = await supplied(ext);
  return { ...(ack && { ack: true }), ...(token !== undefined && { token }), ...own };
}

async function supplied<T extends object>(source: Supplied<T>): Promise<T> {
  return typeof source === "function" ? await source() : source;
}

/** Parts may be methods of a class, which have to stay with their object. */
function merge(given: Partial<World>, own: World): World {
  return {
    after: given.after?.bind(given) ?? own.after,
    random: given.random?.bind(given) ?? own.random,
    fetch: given.fetch?.bind(given) ?? own.fetch,
    WebSocket: given.WebSocket ?? own.WebSocket,
  };
}

function invalid(text: string): CometError {
  return new CometError("options_invalid", text);
}
