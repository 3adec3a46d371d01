import { CometAsyncResult, CometError, type ReceivedMessage } from "@encke/core";
import { setCookieOf } from "../browser-cookie.ts";
import type { NodeRequest, NodeResponse } from "../node-messages.ts";
import { HttpRequestContext } from "../request-context.ts";
import { Deadlines } from "../sending/deadlines.ts";
import type { ServedComet } from "../served-comet.ts";
import type { Settings } from "../settings.ts";
import type { StreamForm } from "../streaming/stream-form.ts";
import type { StreamResponder } from "../streaming/stream-responder.ts";
import { Streams } from "../streaming/streams.ts";
import { type AnswerForm, closeHeaders, refuse } from "./answer.ts";
import { corsHeaders } from "./cors.ts";
import { type AnswerCare, HttpResponder } from "./http-responder.ts";

const HANDSHAKE = "/meta/handshake";

/** One way to carry messages over HTTP. */
export interface Carrier {
  /** The Bayeux connection type. */
  readonly transport: string;
  /** Whether the peer reads answers in the order of its requests only. */
  readonly isReadInOrder?: boolean;
  readonly form: AnswerForm;
  /** How these messages are carried, if they ask for another way. */
  variantFor?(messages: readonly ReceivedMessage[]): Variant | undefined;
}

/** What a client has made of an ordinary request. */
export interface Variant {
  readonly transport: string;
  /** There where the answer may stay open. */
  readonly stream?: StreamForm;
}

/** Hands what came in to the Comet, and its answer to the peer. */
export class Exchanges {
  readonly #comet: ServedComet;
  readonly #settings: Settings;
  readonly #care: AnswerCare;
  readonly #streams: Streams;

  constructor(comet: ServedComet, settings: Settings) {
    this.#comet = comet;
    this.#settings = settings;
    this.#care = {
      headersFor: (request) => this.#headersFor(request),
      onFailure: (cause) => comet.log("error", "An answer could not be written.", { cause }),
      unsent: new Deadlines(settings.writeTimeout, (responder) => responder.abort()),
    };
    this.#streams = new Streams(settings);
  }

  /** Settles when all streams have gone, after `deadline` milliseconds at the latest. */
  close(deadline: number): Promise<void> {
    return this.#streams.close(deadline);
  }

  /** The answer to a request that may stay open. */
  streamOf(request: NodeRequest, response: NodeResponse, form: StreamForm): StreamResponder {
    return this.#streams.responderOf(request, response, form, this.#care);
  }

  /**
   * Never throws: what goes wrong is the answer. Only for a request whose origin is allowed. `readMessages` throws
   * a {@link CometError} when the request holds no messages that can be read.
   */
  run(
    request: NodeRequest,
    response: NodeResponse,
    carrier: Carrier,
    readMessages: () => ReceivedMessage[],
  ): void {
    try {
      this.#handle(request, response, carrier, readMessages());
    } catch (cause) {
      this.fail(response, cause, corsHeaders(this.#settings, request));
    }
  }

  /** Answers a request that came to nothing: with the reason where it is the peer's fault. */
  fail(response: NodeResponse, cause: unknown, headers: readonly string[] = []): void {
    if (cause instanceof CometError) {
      refuse(response, { status: cause.status, text: cause.message, headers });
      return;
    }
    this.#comet.log("error", "A request could not be handled.", { cause });
    refuse(response, { status: 500, text: "Internal server error.", headers });
  }

  /** For the answer to a handshake. Beside cookies that others set. */
  offerCookie(response: NodeResponse, { browser, isSecure }: HttpRequestContext): void {
    const { cookie } = this.#settings;
    if (cookie === undefined || browser === undefined) return;
    const offer = setCookieOf(browser, isSecure, cookie);
    if (offer !== undefined) response.appendHeader("Set-Cookie", offer);
  }

  #handle(
    request: NodeRequest,
    response: NodeResponse,
    carrier: Carrier,
    messages: readonly ReceivedMessage[],
  ): void {
    const { transport, stream }: Variant = carrier.variantFor?.(messages) ?? carrier;
    const context = new HttpRequestContext(request, transport, this.#settings);
    if (carrier.isReadInOrder) context.isReadInOrder = true;
    if (messages.some(isHandshake)) this.offerCookie(response, context);
    const responder =
      stream === undefined
        ? new HttpResponder(request, response, carrier.form, this.#care)
        : this.streamOf(request, response, stream);
    void this.#comet.bus.handleMessages(messages, new CometAsyncResult(responder), context);
  }

  #headersFor(request: NodeRequest): readonly string[] {
    const headers = corsHeaders(this.#settings, request);
    return this.#comet.isClosing ? [...headers, ...closeHeaders(request)] : headers;
  }
}

export function isHandshake(message: ReceivedMessage): boolean {
  return message.channel === HANDSHAKE;
}
