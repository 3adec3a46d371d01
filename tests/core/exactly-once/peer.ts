import type { Message } from "@encke/core";
import { SlowStream, StreamingResponder } from "../../support/fake-responder.ts";
import { deliveriesIn, type Exchange, SocketTalker, Talker } from "../../support/talker.ts";
import type { World } from "../../support/world.ts";
import type { Publications } from "./publications.ts";
import { Request, type RequestDetails, TIMEOUT } from "./request.ts";
import { Session } from "./session.ts";

/**
 * How a peer gets its messages: with connects, with connects whose messages it acknowledges, over a stream beside them, as
 * one that acknowledges or not, or on the one connection on which it asks for everything.
 */
export type Way = "connects" | "acknowledgements" | "stream" | "acknowledged stream" | "connection";

/** One of the clients of a story, as those on the other side of the network know it. */
export class Peer {
  readonly name: string;
  readonly faults: string[] = [];
  readonly requests: Request[] = [];
  readonly sessions: Session[] = [];
  readonly #way: Way;
  /** By node. */
  readonly #talkers: readonly Talker[];
  #stream: SlowStream | undefined;
  readonly #world: World;
  /** The node that it asks. */
  #at = 0;
  readonly #publications: Publications;
  /** The step of the story. */
  step = 0;

  constructor(name: string, way: Way, worlds: readonly World[], publications: Publications) {
    this.name = name;
    this.#way = way;
    this.#talkers = worlds.map(({ comet }) =>
      way === "connection" ? new SocketTalker(comet, () => this.observe()) : new Talker(comet),
    );
    this.#world = worlds[0] as World;
    this.#publications = publications;
  }

  get session(): Session | undefined {
    return this.sessions.at(-1);
  }

  get #talker(): Talker {
    return this.#talkers[this.#at] as Talker;
  }

  /**
   * One that polls without acknowledging, and whose connects go to several nodes: it asks again when it has its answer, for what
   * is on its way to one that breaks it off is lost to it.
   */
  get #isPatient(): boolean {
    return this.#way === "connects" && this.#talkers.length > 1;
  }

  /** From now on it asks this node. A connection stays where it is. */
  move(at: number): void {
    if (this.#way !== "connection") this.#at = at;
  }

  handshake(): void {
    const ext = { ack: this.#way.startsWith("acknowledge") };
    this.#watch(this.#talker.handshake({ ext }), {
      session: undefined,
      onMessage: ({ clientId }) => {
        if (clientId === undefined) return;
        this.#stream = undefined;
        for (const talker of this.#talkers) talker.clientId = clientId;
        this.sessions.push(new Session(clientId));
      },
    });
  }

  connect(type: "poll" | "stream", timeout?: number): void {
    if (this.#way.endsWith("stream")) {
      this.#listen();
      return;
    }
    const { session } = this;
    if (this.#isPatient && this.requests.some((request) => request.isAwaited(session))) return;
    if (this.#talkers.length > 1) this.#giveUpConnects();
    const asked = timeout === undefined ? {} : { advice: { timeout } };
    this.#watch(
      this.#talker[this.#kindOf(type)]({ ...asked, ext: { ack: session?.acknowledged } }),
      {
        session,
        holdFor: Math.min(TIMEOUT, timeout ?? TIMEOUT),
        onMessage: (message) => session?.acknowledge(message.ext?.ack),
      },
    );
  }

  #kindOf(type: "poll" | "stream"): "poll" | "stream" {
    // What is sent over a stream is written down afterwards.
    if (this.#isPatient) return "poll";
    return this.#way === "connection" ? "stream" : type;
  }

  /** Two nodes may answer at the same time, and nobody asks both. */
  #giveUpConnects(): void {
    for (const { responder, details } of this.requests) {
      if (details.holdFor !== undefined && isPending(responder)) responder.leave();
    }
  }

  /** What the peer has of the earlier stream it says; what was under way there is lost. */
  #listen(): void {
    const { session } = this;
    const earlier = this.#stream;
    this.observe();
    earlier?.leave();
    const responder = new SlowStream();
    const { started } = this.#talker.openStreamOn(responder, earlier?.lastPosition);
    responder.lastPosition = earlier?.lastPosition;
    this.#stream = responder;
    const details: Partial<RequestDetails> = { session };
    const handled = started.then(
      (start) => {
        details.holdFor = Number.POSITIVE_INFINITY;
        // One who acknowledges need not know it, and is not told it behind a message.
        const isTold = this.#way === "stream" || !responder.hasBegun;
        if (isTold) responder.lastPosition ??= start?.position;
        // There is no such client: an adapter says so, and the stream is over.
        if (start === undefined) responder.leave();
      },
      () => responder.leave(),
    );
    this.#watch({ responder, handled }, details);
  }

  subscribe(pattern: string): void {
    const { session } = this;
    const request = session?.ask(pattern, true) ?? 0;
    this.#watch(this.#talker.subscribe(pattern), {
      session,
      onMessage: ({ successful }) => {
        if (successful) session?.confirm(pattern, request, this.step);
      },
    });
  }

  unsubscribe(pattern: string): void {
    this.session?.ask(pattern, false);
    this.#watch(this.#talker.unsubscribe(pattern), {});
  }

  publish(channel: string): void {
    const by = `${this.name}/${this.session?.id}/${this.#at}`;
    const text = this.#publications.add(by, { channel, step: this.step });
    this.#watch(this.#talker.publish(channel, text), {});
  }

  disconnect(): void {
    if (this.session !== undefined) this.session.isToEnd = true;
    this.#watch(this.#talker.disconnect(), {});
  }

  /** The network takes all that is open, and all that has not left yet. */
  leave(isForGood = false): void {
    if (this.#isPatient && !isForGood) return;
    for (const { responder } of this.requests) if (isPending(responder)) responder.leave();
  }

  /** One answer after the other leaves for the peer, the oldest first. */
  flush(): void {
    for (const { responder } of this.requests) {
      if (responder instanceof SlowStream) responder.arrive();
      if (!responder.isUnsettled) continue;
      this.observe();
      responder.flush();
    }
    this.observe();
  }

  /** Looks at what has come. Streams bring theirs at once, so this must not be late. */
  observe(): void {
    const now = this.#world.ports.now();
    for (const request of this.requests) this.faults.push(...request.observe(now));
  }

  fill(): void {
    for (const stream of this.#streams()) stream.fill();
  }

  drain(): void {
    for (const stream of this.#streams()) stream.drain();
  }

  *#streams(): Iterable<StreamingResponder> {
    for (const { responder } of this.requests) {
      if (responder instanceof StreamingResponder && responder.isOpen) yield responder;
    }
  }

  #deliver(session: Session | undefined, message: Message): void {
    for (const { data } of deliveriesIn([message])) {
      session?.receive(data as string, this.#publications);
    }
  }

  #watch(exchange: Exchange, details: Partial<RequestDetails>): void {
    const { session, onMessage } = { session: this.session, ...details };
    const heard = (message: Message): void => {
      this.#deliver(session, message);
      onMessage?.(message);
    };
    const startedAt = this.#world.ports.now();
    // The object itself, which may be told more later.
    const isTimed = this.#talkers.length === 1;
    const request = Object.assign(details, { session, startedAt, isTimed, onMessage: heard });
    this.requests.push(new Request(exchange, request));
  }
}

function isPending({ isOver, isUnsettled }: Request["responder"]): boolean {
  return !isOver || isUnsettled;
}
