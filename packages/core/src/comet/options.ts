import type { IMessagesProcessor } from "../bus/messages-processor.ts";
import type { BindingMode } from "../clients/browser-binding.ts";
import type { IClientFactory } from "../clients/client.ts";
import type { Policies } from "../events/policies.ts";
import type { IClientIdGenerator } from "../handlers/client-ids.ts";
import type { HandlerSettings } from "../handlers/handler-services.ts";
import type { HandlerOverrides } from "../handlers/handler-table.ts";
import { LONGEST, type Log, type Ports } from "../ports/ports.ts";
import { isChannel, isChannelPattern, kindOf } from "../protocol/channels.ts";
import { CometError } from "../protocol/errors.ts";
import { DEFAULT_LIMITS, type Limits } from "../protocol/limits.ts";
import type { OverflowPolicy } from "../store/message-log.ts";
import type { IStore } from "../store/store.ts";

/** What {@link createComet} takes. All durations are milliseconds, all sizes bytes. */
export interface CometOptions {
  /** Where clients and messages live. */
  readonly store: IStore;
  /**
   * How long a connect is held when there are no messages. Below the 60 s after which many proxies give up on
   * a silent request. A client may ask for less, not for more.
   * @default 30_000
   */
  readonly timeout?: number;
  /** How long clients are advised to wait between two connects. @default 0 */
  readonly interval?: number;
  /**
   * How long a client may stay away, beyond `interval`, after its last connect was answered, before it is forgotten with
   * its subscriptions and messages. @default 20_000
   */
  readonly maxInterval?: number;
  /**
   * What happens to a message for a client whose mailbox is full (see `limits`): the oldest one makes room
   * (`drop-oldest`), it is itself thrown away (`drop-newest`), or the client is (`disconnect`).
   * Each loss is counted, and raised as `overflow`. @default "drop-oldest"
   */
  readonly overflow?: OverflowPolicy;
  /** Whether a client that is subscribed to a channel gets what it publishes there itself. @default true */
  readonly broadcastToPublisher?: boolean;
  /** Whether clients may subscribe to `/**`, that is, to everything. @default false */
  readonly allowRootWildcard?: boolean;
  /**
   * How many clients of one browser are held at a time over transports that take up a connection for that. Those
   * beyond it are answered at once and advised to come back after 2 seconds (`multiple-clients`). Browsers open six
   * connections to a host over HTTP/1, and one is needed for everything else. @default 5
   */
  readonly maxClientsPerBrowser?: number;
  /** Makes the ids of clients. @default 160 random bits */
  readonly clientIds?: IClientIdGenerator;
  /** Makes an object of the application's own for each client, as `client.app`. @default none */
  readonly clientFactory?: IClientFactory;
  /** How clients are tied to the browser they were made in. @default "auto" */
  readonly binding?: BindingMode;
  /** What a peer may cost. Each member has a default of its own. */
  readonly limits?: Partial<Limits>;
  /** Who may do what. @default everybody everything */
  readonly policies?: Policies;
  /** Replacements for handlers of core. */
  readonly handlers?: HandlerOverrides;
  /**
   * Replaces what handles the messages of a request, or wraps it: called once, at start, with what core does itself.
   * @default core's own
   */
  readonly processor?: (own: IMessagesProcessor) => IMessagesProcessor;
  /** Where warnings and errors go. @default the console */
  readonly log?: Log;
  /** Clock, timers and random numbers. Only tests need it. @default those of the platform */
  readonly ports?: Partial<Ports>;
}

export interface CometSettings extends HandlerSettings {
  readonly maxClientsPerBrowser: number;
  readonly overflow: OverflowPolicy;
}

const DEFAULTS = {
  timeout: 30_000,
  interval: 0,
  maxInterval: 20_000,
  maxClientsPerBrowser: 5,
  overflow: "drop-oldest",
  broadcastToPublisher: true,
  allowRootWildcard: false,
  binding: "auto",
  policies: {},
} as const satisfies Omit<CometSettings, "limits">;

const KNOWN: ReadonlySet<string> = new Set([
  ...Object.keys(DEFAULTS),
  ...["store", "limits", "handlers", "processor", "log", "ports", "clientIds", "clientFactory"],
]);
const DURATIONS = ["timeout", "interval", "maxInterval"] as const;
const CHOICES = {
  overflow: ["drop-oldest", "drop-newest", "disconnect"],
  binding: ["auto", "strict", "off"],
  broadcastToPublisher: [true, false],
  allowRootWildcard: [true, false],
} as const;
const GROUPS = ["limits", "policies", "handlers", "ports"] as const;
const HANDLED_KINDS: ReadonlySet<string> = new Set(["service", "publish"]);
const PORTS = ["now", "after", "endOfTurn", "newId", "newAbort", "log"] as const;
const POLICIES = new Set(["handshake", "create", "subscribe", "publish", "renew"]);

/** Fills in the defaults. Throws a {@link CometError} `options_invalid` for what is unknown or makes no sense. */
export function settingsFrom(options: CometOptions): CometSettings {
  checkNames(options);
  checkParts(options);
  const { store, handlers, processor, log, ports, limits, clientIds, clientFactory, ...others } =
    options;
  const settings: CometSettings = {
    ...DEFAULTS,
    ...given(others),
    limits: { ...DEFAULT_LIMITS, ...given(limits ?? {}) },
  };
  checkNumbers(settings);
  for (const [name, choices] of Object.entries(CHOICES)) {
    const value = settings[name as keyof typeof CHOICES];
    if (!(choices as readonly unknown[]).includes(value)) {
      throw invalid(`${name} must be one of ${choices.join(", ")}.`);
    }
  }
  return settings;
}

/** An option that is undefined is one that was not given. */
function given(options: object): object {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function checkNumbers(settings: CometSettings): void {
  for (const name of DURATIONS) {
    const value = settings[name];
    if (!(Number.isFinite(value) && value >= 0 && value <= LONGEST)) {
      throw invalid(`${name} must be a number of milliseconds from 0 to ${LONGEST}.`);
    }
  }
  if (settings.maxInterval < 1_000)
    throw invalid("maxInterval must be at least 1000 milliseconds.");
  const { maxClientsPerBrowser } = settings;
  if (!(typeof maxClientsPerBrowser === "number" && maxClientsPerBrowser >= 1)) {
    throw invalid("maxClientsPerBrowser must be at least 1.");
  }
  for (const [name, value] of Object.entries(settings.limits)) {
    if (!(typeof value === "number" && value > 0)) throw invalid(`limits.${name} must be above 0.`);
  }
}

function checkNames(options: CometOptions): void {
  // A caller without types may pass nothing at all.
  if (typeof options !== "object" || options === null) throw invalid("Options are missing.");
  refuseUnknown("option", options, KNOWN);
  for (const name of GROUPS) {
    // What is none would count as an empty one, and policies that do not count allow everything.
    const isGroup = typeof (options[name] ?? {}) === "object";
    if (!isGroup) throw invalid(`${name} must be an object.`);
  }
  refuseUnknown("limit", options.limits ?? {}, new Set(Object.keys(DEFAULT_LIMITS)));
  refuseUnknown("policy", options.policies ?? {}, POLICIES);
  const replaced = Object.keys(options.handlers ?? {}).filter((name) => !isHandled(name));
  if (replaced.length > 0) throw invalid(`There is no handler "${replaced[0]}" to replace.`);
}

function isHandled(name: string): boolean {
  if (kindOf(name) === "meta") return isChannel(name) && name.split("/").length === 3;
  return HANDLED_KINDS.has(name) || isChannelPattern(name);
}

function checkParts(options: CometOptions): void {
  const { store, policies, handlers, processor, log, ports, clientIds, clientFactory } = options;
  if (typeof store?.log !== "object" || typeof store.clients !== "object") {
    throw invalid("store must be a store, such as a MemoryStore.");
  }
  for (const [name, policy] of Object.entries(policies ?? {})) {
    const decides = typeof policy === "object" ? (policy?.decide ?? null) : policy;
    checkFunction(`policies.${name}`, decides, "a function or an object with `decide`");
  }
  for (const [name, handler] of Object.entries(handlers ?? {})) {
    const handles = handler === undefined ? undefined : (handler?.handleMessage ?? null);
    checkFunction(`handlers.${name}`, handles, "an object with `handleMessage`");
  }
  checkFunction("processor", processor);
  checkFunction("clientIds.newId", clientIds && (clientIds.newId ?? null));
  checkFunction("clientFactory.create", clientFactory && (clientFactory.create ?? null));
  checkFunction("log", log);
  for (const name of PORTS) checkFunction(`ports.${name}`, ports?.[name]);
}

/** Undefined is what was not given. */
function checkFunction(name: string, value: unknown, expected = "a function"): void {
  if (value !== undefined && typeof value !== "function")
    throw invalid(`${name} must be ${expected}.`);
}

function refuseUnknown(what: string, given: object, known: ReadonlySet<string>): void {
  for (const name of Object.keys(given)) {
    if (!known.has(name)) throw invalid(`Unknown ${what} "${name}".`);
  }
}

function invalid(text: string): CometError {
  return new CometError("options_invalid", text);
}
