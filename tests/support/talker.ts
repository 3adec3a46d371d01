import {
  type Batch,
  type Comet,
  CometAsyncResult,
  decodeMessages,
  type Message,
  type RequestContext,
  type Responder,
  type StreamStart,
} from "@encke/core";
import { FakeResponder, StreamingResponder } from "./fake-responder.ts";

/** One request on its way, and what became of it. */
export interface Exchange<R extends Responder = FakeResponder> {
  readonly responder: R;
  /** Settles when core has done all for it that it will do now: the exchange may be held. */
  readonly handled: Promise<void>;
}

export interface OpenedStream<R extends StreamingResponder = StreamingResponder> {
  readonly responder: R;
  readonly started: Promise<StreamStart | undefined>;
}

/** A message as a test writes it: also one that no well-behaved client would send. */
export type Said = { readonly [field: string]: unknown };

const CONTEXT: RequestContext = {
  transport: "long-polling",
  url: "/comet",
  header: () => undefined,
  isSecure: false,
};

/** A client as a peer sees it: sends messages and collects what comes back. Knows nothing but its client id. */
export class Talker {
  readonly #comet: Comet;
  readonly #context: RequestContext;
  #requests = 0;
  clientId = "";

  constructor(comet: Comet, context: Partial<RequestContext> = {}) {
    this.#comet = comet;
    this.#context = { ...CONTEXT, ...context };
  }

  /** Sends messages in one request, exactly as they are. */
  send<R extends Responder>(messages: readonly Said[], responder: R): Exchange<R> {
    const received = decodeMessages(JSON.stringify(messages), this.#comet.limits);
    const result = new CometAsyncResult(responder);
    const handled = this.#comet.bus.handleMessages(received, result, this.#context);
    return { responder, handled: Promise.resolve(handled) };
  }

  /** Sends messages of this client in one request, each with an id. */
  say(...messages: readonly Said[]): Exchange {
    return this.send(this.#own(messages), this.newResponder());
  }

  protected newResponder(): FakeResponder {
    return new FakeResponder();
  }

  handshake(fields: Said = {}): Exchange {
    return this.say({ ...HANDSHAKE, ...fields });
  }

  /** A connect over a transport that answers once. */
  poll(fields: Said = {}): Exchange {
    return this.say({ ...connect("long-polling"), ...fields });
  }

  /** A connect over a transport that can send and stay open. */
  stream(fields: Said = {}): Exchange<StreamingResponder> {
    return this.streamTo(this.newStream(), fields);
  }

  /** The same, with a responder of the test's own. */
  streamTo<R extends Responder>(responder: R, fields: Said = {}): Exchange<R> {
    return this.send(this.#own([{ ...connect("websocket"), ...fields }]), responder);
  }

  protected newStream(): StreamingResponder {
    return new StreamingResponder();
  }

  /** A stream beside the connects: what it answers is the start of the stream, or undefined. */
  openStream(after?: number): OpenedStream {
    return this.openStreamOn(new StreamingResponder(), after);
  }

  openStreamOn<R extends StreamingResponder>(responder: R, after?: number): OpenedStream<R> {
    const context = { ...this.#context, transport: "eventsource" };
    const request = { clientId: this.clientId, ...(after !== undefined && { after }) };
    const started = this.#comet.bus.openStream(request, new CometAsyncResult(responder), context);
    return { responder, started: Promise.resolve(started) };
  }

  subscribe(...patterns: readonly string[]): Exchange {
    return this.say({ channel: "/meta/subscribe", subscription: oneOrAll(patterns) });
  }

  unsubscribe(...patterns: readonly string[]): Exchange {
    return this.say({ channel: "/meta/unsubscribe", subscription: oneOrAll(patterns) });
  }

  publish(channel: string, data: unknown): Exchange {
    return this.say({ channel, data });
  }

  disconnect(): Exchange {
    return this.say({ channel: "/meta/disconnect" });
  }

  #own(messages: readonly Said[]): Said[] {
    return messages.map((message) => ({
      id: String(++this.#requests),
      ...(this.clientId !== "" && { clientId: this.clientId }),
      ...message,
    }));
  }
}

/** A client on a connection that carries everything, each way in order: a WebSocket. What is written reaches the peer at once. */
export class SocketTalker extends Talker {
  readonly #onArrival: () => void;

  /** `onArrival` is called whenever something has come. */
  constructor(comet: Comet, onArrival: () => void = () => {}) {
    super(comet, { transport: "websocket", connection: { close: () => {} } });
    this.#onArrival = onArrival;
  }

  protected override newResponder(): StreamingResponder {
    return this.newStream();
  }

  protected override newStream(): StreamingResponder {
    return new SocketResponder(this.#onArrival);
  }
}

class SocketResponder extends StreamingResponder {
  readonly #onArrival: () => void;

  constructor(onArrival: () => void) {
    super();
    this.#onArrival = onArrival;
  }

  protected override take(body: Batch): void {
    super.take(body);
    this.#onArrival();
  }
}

const HANDSHAKE: Said = {
  channel: "/meta/handshake",
  version: "1.0",
  supportedConnectionTypes: ["long-polling", "websocket"],
};

function connect(connectionType: string): Said {
  return { channel: "/meta/connect", connectionType };
}

function oneOrAll(patterns: readonly string[]): unknown {
  return patterns.length === 1 ? patterns[0] : patterns;
}

/** The messages to subscribers among those that a peer received. */
export function deliveriesIn(messages: readonly Message[]): readonly Message[] {
  return messages.filter(
    ({ channel, data }) => !channel.startsWith("/meta/") && data !== undefined,
  );
}
