import type { IExtension, Message } from "@encke/core";
import { isRecord } from "./is-record.ts";
import { duration, FUNCTION, settingsOf } from "./settings.ts";
import { wallClock } from "./wall-clock.ts";

export interface TimesyncOptions {
  /**
   * Milliseconds. A client whose own idea of the server's clock is closer than this to the truth is not answered, because
   * the answer could teach it nothing.
   * @default 25
   */
  readonly accuracyTarget?: number;
  /** The clock that clients are to know: milliseconds since 1970. @default the clock of the machine */
  readonly now?: () => number;
}

/** What a client sends, in milliseconds: when it sent the message by its clock, and what it takes for lag and offset. */
interface Question {
  readonly tc: number;
  readonly l: number | undefined;
  readonly o: number;
}

/** What it is answered: when it sent the message and when that came, how long the answer took, and how far off it was. */
interface Answer {
  readonly tc: number;
  readonly ts: number;
  p: number;
  readonly a?: number;
}

const RULES = { accuracyTarget: duration(0), now: FUNCTION };
const DEFAULTS = {
  accuracyTarget: 25,
} as const satisfies TimesyncOptions;

/** The most that a date can be away from 1970, in milliseconds. */
const FARTHEST = 8.64e15;

/**
 * Lets clients learn what the server's clock says. It answers what they send in `ext.timesync` of meta messages, as the
 * timesync extension of CometD does.
 */
export function timesync(options: TimesyncOptions = {}): IExtension {
  const { accuracyTarget, now } = settingsOf<Required<TimesyncOptions>>(
    "timesync",
    RULES,
    { ...DEFAULTS, now: wallClock },
    options,
  );
  const arrivals = new WeakMap<Message, number>();
  return {
    name: "timesync",
    incoming(message) {
      if (questionIn(message) !== undefined) arrivals.set(message, now());
    },
    outgoing(reply, { request }) {
      const ts = request && arrivals.get(request);
      const question = request && questionIn(request);
      if (ts === undefined || question === undefined) return;
      const { tc, l, o } = question;
      const a = Math.round(tc + o + (l ?? 0) - ts);
      // Without lag it has not learned anything yet.
      if ((l ?? 0) !== 0 && Math.abs(a) < accuracyTarget) return;
      const answer: Answer = { tc, ts, p: now() - ts, ...(l !== undefined && { a }) };
      reply.ext = { ...reply.ext, timesync: answer };
    },
    leaving({ ext }) {
      const answer = ext?.timesync as Answer | undefined;
      // A connect may have been held since the answer was made.
      if (answer !== undefined) answer.p = now() - answer.ts;
    },
  };
}

function questionIn({ channel, ext }: Message): Question | undefined {
  if (!channel.startsWith("/meta/") || !isRecord(ext?.timesync)) return undefined;
  const { tc, l, o } = ext.timesync;
  if (!isTime(tc)) return undefined;
  return { tc, l: isTime(l) ? l : undefined, o: isTime(o) ? o : 0 };
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && Math.abs(value) <= FARTHEST;
}
