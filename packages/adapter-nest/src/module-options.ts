import type { Server } from "node:http";
import type { Attachment, CometHttpOptions } from "@encke/adapter-node-http";
import { type Comet, CometError, type CometOptions } from "@encke/core";

/** Attaches another way to the Comet to the server of the application. */
export type CometAttacher = (server: Server, comet: Comet) => Attachment;

/** What {@link CometModule.forRoot} takes beside the options of the Comet and of the way to it. */
export interface CometNestOptions {
  /** Milliseconds within which, when the application shuts down, held connects are answered and handlers are waited for. @default 5_000 */
  readonly drainTimeout?: number;
  /** Whether the path is below the application's global prefix. @default false */
  readonly useGlobalPrefix?: boolean;
  /** Whether global guards, pipes, interceptors and filters are for handlers, too. @default true */
  readonly globalEnhancers?: boolean;
  /** Other ways to the Comet on the same server, such as `attachSocketIo` of `@encke/gateway-socket-io`. @default [] */
  readonly attach?: readonly CometAttacher[];
}

export interface CometModuleOptions extends CometOptions, CometHttpOptions, CometNestOptions {}

/** What must be known before the options are, so that `forRootAsync` takes it beside its factory. */
export interface CometModuleExtras {
  /** The name of this Comet, where an application has several. See {@link InjectComet}. @default none */
  readonly name?: string | undefined;
  /** Whether every module can inject the Comet. @default true */
  readonly isGlobal?: boolean;
}

/** Complete, or the compiler complains. */
const OF_HTTP: Readonly<Record<keyof CometHttpOptions, true>> = {
  path: true,
  origins: true,
  allowedHeaders: true,
  cookie: true,
  trustProxy: true,
  peerOf: true,
  bodyTimeout: true,
  writeTimeout: true,
  callbackPolling: true,
  streaming: true,
  polling: true,
  pollingInterval: true,
  heartbeatInterval: true,
  maxStreamAge: true,
  webSocket: true,
  highWaterMark: true,
  maxBufferedBytes: true,
  handshakeTimeout: true,
  maxPendingSockets: true,
  maxFragments: true,
  pingInterval: true,
};

const NEST_DEFAULTS = {
  drainTimeout: 5_000,
  useGlobalPrefix: false,
  globalEnhancers: true,
  attach: [],
} satisfies Required<CometNestOptions>;

/** The options by whose they are. */
export interface SplitOptions {
  readonly core: CometOptions;
  readonly http: CometHttpOptions;
  readonly nest: Required<CometNestOptions>;
}

/** What nobody knows is among those of the Comet, which refuses it. */
export function splitOptions(options: CometModuleOptions): SplitOptions {
  const http: Record<string, unknown> = {};
  const core: Record<string, unknown> = {};
  const nest: Record<string, unknown> = { ...NEST_DEFAULTS };
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    if (name in NEST_DEFAULTS) nest[name] = value;
    else if (name in OF_HTTP) http[name] = value;
    else core[name] = value;
  }
  return { core: core as unknown as CometOptions, http, nest: checked(nest) };
}

function checked(options: object): Required<CometNestOptions> {
  const nest = options as Required<CometNestOptions>;
  const { drainTimeout, useGlobalPrefix, globalEnhancers, attach } = nest;
  if (!(Number.isFinite(drainTimeout) && drainTimeout >= 0)) {
    throw invalid('The option "drainTimeout" must be a number of milliseconds from 0.');
  }
  for (const [name, value] of Object.entries({ useGlobalPrefix, globalEnhancers })) {
    if (typeof value !== "boolean") throw invalid(`The option "${name}" must be true or false.`);
  }
  if (!Array.isArray(attach) || attach.some((step) => typeof step !== "function")) {
    throw invalid('The option "attach" must be a list of functions.');
  }
  return { drainTimeout, useGlobalPrefix, globalEnhancers, attach };
}

function invalid(text: string): CometError {
  return new CometError("options_invalid", text);
}
