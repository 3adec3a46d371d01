import type { Advice } from "../message.ts";
import type { LogLevel } from "./log.ts";

/** What `configure` takes. Durations are milliseconds. */
export interface Configuration {
  /** Where the server is. */
  url: string;
  logLevel?: LogLevel;
  /** The subprotocol of the WebSocket. */
  protocol?: string | null;
  /** The least that the longest wait after a failure grows by: it doubles from here. */
  backoffIncrement?: number;
  maxBackoff?: number;
  /** How long an answer may take. */
  maxNetworkDelay?: number;
  requestHeaders?: object;
  /** Whether `handshake`, `connect` and `disconnect` end the paths of such requests. */
  appendMessageTypeToURL?: boolean;
  /** Other addresses, by the type of the transport. */
  urls?: object;
  /** What handshakes tell the server, and what counts where it advises nothing. */
  advice?: Advice;
  /** These have no effect: nothing has to be set for what they are about. */
  useWorkerScheduler?: boolean;
  stickyReconnect?: boolean;
  connectTimeout?: number;
  maxConnections?: number;
  autoBatch?: boolean;
  maxURILength?: number;
  maxSendBayeuxMessageSize?: number;
}

export type Settled = Required<Omit<Configuration, "requestHeaders" | "urls">> & {
  requestHeaders: Record<string, string>;
  urls: Record<string, string>;
};

export const DEFAULTS: Settled = {
  url: "",
  logLevel: "info",
  useWorkerScheduler: true,
  protocol: null,
  stickyReconnect: true,
  connectTimeout: 0,
  maxConnections: 2,
  backoffIncrement: 1_000,
  maxBackoff: 60_000,
  maxNetworkDelay: 10_000,
  requestHeaders: {},
  appendMessageTypeToURL: true,
  autoBatch: false,
  urls: {},
  maxURILength: 2_000,
  maxSendBayeuxMessageSize: 8_192,
  advice: { timeout: 60_000, interval: 0, maxInterval: 0 },
};

/** Puts what is given in place of what was there. Throws where there is no URL. */
export function configured(before: Settled, given: Configuration | string | undefined): Settled {
  const changes = typeof given === "string" ? { url: given } : { ...given };
  const entries = Object.entries(changes).filter(([, value]) => value !== undefined);
  const settled: Settled = { ...before, ...Object.fromEntries(entries) };
  if (!settled.url) {
    throw new Error("Missing required configuration parameter 'url': the URL of the server.");
  }
  if (!mayAppend(settled.url)) settled.appendMessageTypeToURL = false;
  return settled;
}

/** False where something would come after a query, or after a file. */
function mayAppend(url: string): boolean {
  const [path = ""] = url.split(/[?#]/);
  return path === url && !/\/[^/]*\.[^/]*\/?$/.test(path.replace(/^\w+:\/\/[^/]*/, ""));
}
