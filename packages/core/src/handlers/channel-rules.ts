import type { ReplayRequest } from "../clients/client.ts";
import type { Cancel } from "../ports/ports.ts";
import { comparePatterns, matches } from "../protocol/channels.ts";
import type { DeliveryHints, OverflowPolicy, Retention } from "../store/message-log.ts";

/** How messages on a channel are treated. All durations are milliseconds, all sizes bytes. */
export interface ChannelOptions {
  /**
   * How long a message may wait for others with which it can leave. It leaves earlier with any that may not wait, and
   * with the reply to a connect. 0: it does not wait. @default 0
   */
  readonly lazy?: number;
  /** Whether a client that is subscribed gets what it publishes there itself. @default the Comet's `broadcastToPublisher` */
  readonly broadcastToPublisher?: boolean;
  /** True: the channel is always there, so that the `create` policy is never asked for it. @default false */
  readonly persistent?: boolean;
  /** Keeps the channel's messages for those who subscribe later. Needs a store with a history. @default false: nothing is kept */
  readonly history?: HistoryOptions | false;
  /** The JSON of a message; what is larger is refused. @default no bound but those of the request */
  readonly maxMessageBytes?: number;
  /** What happens to a message for a client whose mailbox is full. @default the client's, or else the Comet's `overflow` */
  readonly overflow?: OverflowPolicy;
  /**
   * The key of a message: as long as it waits for a client, a newer one with the same key takes its place. For what is
   * only of use while it is the latest, such as quotes by their symbol. Undefined: this message has none.
   */
  readonly conflate?: (data: unknown) => string | undefined;
}

export interface HistoryOptions {
  /** Messages that are kept. @default 100 */
  readonly count?: number;
  /** Bytes of the messages that are kept. @default 1_048_576 */
  readonly bytes?: number;
  /** How long each is kept, in milliseconds. @default 3_600_000 */
  readonly ms?: number;
  /** How many of them a client gets that subscribes and does not ask for any. @default 0 */
  readonly replay?: number;
}

/** What holds for one channel, of all the options that were given for patterns that cover it. */
export interface ChannelRule {
  readonly options: ChannelOptions;
  readonly keep: Retention | undefined;
  /** What a new subscriber gets unasked. */
  readonly replay: ReplayRequest | undefined;
  /** Undefined: messages are delivered as usual. */
  readonly hints: DeliveryHints | undefined;
}

/** Channels of which the rule is remembered. */
const RULES_KEPT = 10_000;
const HISTORY = { count: 100, bytes: 1_048_576, ms: 3_600_000 } as const;

const PLAIN: ChannelRule = {
  options: {},
  keep: undefined,
  replay: undefined,
  hints: undefined,
};

interface Registration {
  readonly pattern: string;
  readonly options: ChannelOptions;
}

/** The options of channels by pattern. Where several patterns cover a channel, the closest one decides about each option. */
export class ChannelRules {
  /** The farthest pattern first; of the same pattern, the one that was given first. */
  #registrations: readonly Registration[] = [];
  readonly #rules = new Map<string, ChannelRule>();

  add(pattern: string, options: ChannelOptions): Cancel {
    const registration: Registration = { pattern, options: { ...options } };
    this.#set([...this.#registrations, registration].sort(farthestFirst));
    return () => this.#set(this.#registrations.filter((other) => other !== registration));
  }

  for(channel: string): ChannelRule {
    if (this.#registrations.length === 0) return PLAIN;
    const known = this.#rules.get(channel);
    if (known !== undefined) return known;
    const rule = this.#ruleFor(channel);
    if (this.#rules.size >= RULES_KEPT) this.#rules.clear();
    this.#rules.set(channel, rule);
    return rule;
  }

  #set(registrations: readonly Registration[]): void {
    this.#registrations = registrations;
    this.#rules.clear();
  }

  #ruleFor(channel: string): ChannelRule {
    const covering = this.#registrations.filter(({ pattern }) => matches(pattern, channel));
    if (covering.length === 0) return PLAIN;
    const options: ChannelOptions = Object.assign({}, ...covering.map((each) => each.options));
    const { history } = options;
    if (history === undefined || history === false) {
      return { ...PLAIN, options, hints: hintsOf(options) };
    }
    const { replay = 0, ...bounds } = history;
    return {
      options,
      keep: { ...HISTORY, ...bounds },
      replay: replay > 0 ? { last: replay } : undefined,
      hints: hintsOf(options),
    };
  }
}

function hintsOf({ lazy = 0, overflow }: ChannelOptions): DeliveryHints | undefined {
  if (lazy === 0 && overflow === undefined) return undefined;
  return { ...(lazy > 0 && { lazy }), ...(overflow !== undefined && { overflow }) };
}

function farthestFirst(one: Registration, other: Registration): number {
  return comparePatterns(one.pattern, other.pattern);
}
