import type { Message } from "@encke/core";
import type { FakeResponder } from "../../support/fake-responder.ts";
import type { Exchange } from "../../support/talker.ts";
import type { Session } from "./session.ts";

/** Milliseconds a connect is held, and by how many it may be late. */
export const TIMEOUT = 30_000;
const LATE = 250;

export interface RequestDetails {
  readonly session?: Session | undefined;
  readonly startedAt: number;
  /** True where only time decides how long a connect is held: with several nodes, answers wait for the store. */
  readonly isTimed: boolean;
  /** For a connect, and for a stream when it is open: how long it may be held. */
  holdFor?: number;
  /** What to do with each message that reaches the peer. */
  readonly onMessage: (message: Message) => void;
}

/** One exchange of a story, watched. */
export class Request {
  readonly responder: FakeResponder;
  readonly details: RequestDetails;
  #isHandled = false;
  #handledAt: number;
  #seen = 0;
  /** When core said its last word, or the peer left. */
  endedAt: number | undefined;

  constructor(exchange: Exchange, details: RequestDetails) {
    this.responder = exchange.responder;
    this.details = details;
    this.#handledAt = details.startedAt;
    void exchange.handled.then(() => {
      this.#isHandled = true;
    });
  }

  /** True of a connect to which no answer has come, and may still come. */
  isAwaited(session: Session | undefined): boolean {
    const { received, wasAborted } = this.responder;
    const isConnect = this.details.holdFor !== undefined && this.details.session === session;
    return isConnect && !wasAborted && !received.some(({ channel }) => channel === "/meta/connect");
  }

  /** Looks at what has happened since it last looked. Returns what should not have. */
  observe(now: number): readonly string[] {
    const { received } = this.responder;
    while (this.#seen < received.length) this.details.onMessage(received[this.#seen++] as Message);
    if (this.endedAt !== undefined) return [];
    if (!this.#isHandled) this.#handledAt = now;
    if (!this.responder.isOver) return this.#late(now);
    this.endedAt = now;
    return this.#early(now);
  }

  #late(now: number): readonly string[] {
    const { holdFor, isTimed } = this.details;
    if (!this.#isHandled) return [];
    if (holdFor === undefined) return ["a request was handled and not answered"];
    const isLate = isTimed && now - this.#handledAt > holdFor + LATE;
    return isLate ? [`a connect was held for too long`] : [];
  }

  /** A connect that brings nothing and gives no reason comes when its time is over. */
  #early(now: number): readonly string[] {
    const { holdFor = 0, startedAt, isTimed } = this.details;
    if (!isTimed || !this.responder.hasEnded || now - startedAt >= holdFor) return [];
    const messages = JSON.parse(this.responder.batches.at(-1)?.json ?? "[]") as Message[];
    const [reply] = messages;
    const isIdle = messages.length === 1 && reply?.successful && reply.advice === undefined;
    return isIdle ? [`a connect was answered after ${now - startedAt} ms for no reason`] : [];
  }
}
