import type { ICometExtension, Message, ReplayRequest } from "@encke/core";
import { isRecord } from "./is-record.ts";
import { BOOLEAN, settingsOf } from "./settings.ts";

export interface ReplayOptions {
  /**
   * Messages carry their id in `data.event.replayId`, where clients of Salesforce look for it, and not in `ext.replayId`.
   * Only those whose data is an object, and has no `event` that is anything else.
   * @default false
   */
  readonly salesforce?: boolean;
}

const RULES = { salesforce: BOOLEAN };
const DEFAULTS = { salesforce: false } as const satisfies Required<ReplayOptions>;

/** The least that a client may ask for: all that is kept. */
const ALL_KEPT = -2;

/**
 * Lets clients go on after the last message that they know, also when they were away for long: messages of channels with
 * a history carry an id, and who subscribes may name the one after which it wants to be given what is kept.
 * @see https://developer.salesforce.com/docs/atlas.en-us.api_streaming.meta/api_streaming/using_streaming_api_durability.htm
 */
export function replay(options: ReplayOptions = {}): ICometExtension {
  const { salesforce } = settingsOf<Required<ReplayOptions>>("replay", RULES, DEFAULTS, options);
  return {
    name: "replay",
    attach: (comet) =>
      comet.on("subscribing", (event) => {
        event.replay = requestIn(event.message, event.channel) ?? event.replay;
      }),
    outgoing(message, { request, position }) {
      // Clients of Salesforce do not ask whether they may: they wait to be told.
      if (request?.channel === "/meta/handshake" && message.successful === true) {
        message.ext = { ...message.ext, replay: true };
      }
      if (position !== undefined) number(message, position, salesforce);
    },
  };
}

/** Writes down the message's id, for which `position` stands. */
function number(message: Message, position: unknown, isForSalesforce: boolean): void {
  const { data } = message;
  if (isForSalesforce && isPlain(data) && (data.event === undefined || isRecord(data.event))) {
    message.data = { ...data, event: { ...data.event, replayId: position } };
  } else message.ext = { ...message.ext, replayId: position };
}

function requestIn({ ext }: Message, channel: string): ReplayRequest | undefined {
  if (!isRecord(ext?.replay) || !Object.hasOwn(ext.replay, channel)) return undefined;
  const wanted = ext.replay[channel];
  if (isRecord(wanted)) {
    return isWhole(wanted.last) && wanted.last >= 0 ? { last: wanted.last } : undefined;
  }
  return isWhole(wanted) && wanted >= ALL_KEPT ? { since: wanted } : undefined;
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

/** True for an object without ways of its own to become JSON. */
function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (!isRecord(value) || typeof value.toJSON === "function") return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
