import type { Socket } from "node:net";
import { CometAsyncResult, CometError, type ReceivedMessage, type Responder } from "@encke/core";
import { setCookieOf } from "../browser-cookie.ts";
import { isReadable } from "../http/content-type.ts";
import { corsHeaders } from "../http/cors.ts";
import { isHandshake } from "../http/exchanges.ts";
import { isBelow } from "../http/is-below.ts";
import { formatOf, variantFor } from "../http/long-polling.ts";
import { type BodyFormat, readBody } from "../http/read-messages.ts";
import { headerOf, type NodeRequest } from "../node-messages.ts";
import { isOriginAllowed } from "../origins.ts";
import { HttpRequestContext } from "../request-context.ts";
import type { ServedComet } from "../served-comet.ts";
import type { Settings } from "../settings.ts";
import type { StrictHead } from "./strict-head.ts";

/** A head for which the lane answers. The next request on the connection most often has the same. */
export interface Admission {
  readonly head: StrictHead;
  readonly request: NodeRequest;
  readonly format: BodyFormat;
  /** For the answer: names and values by turns. */
  readonly headers: readonly string[];
}

/** Decides what the lane answers for a Comet, and hands it in. */
export class LaneRoute {
  readonly #comet: ServedComet;
  readonly #settings: Settings;

  constructor(comet: ServedComet, settings: Settings) {
    this.#comet = comet;
    this.#settings = settings;
  }

  get writeTimeout(): number {
    return this.#settings.writeTimeout;
  }

  get isClosing(): boolean {
    return this.#comet.isClosing;
  }

  /** Undefined when node:http is to answer, if only to refuse. */
  admit(head: StrictHead, socket: Socket): Admission | undefined {
    const request = requestOf(head, socket);
    const isOurs =
      isBelow(this.#settings.path, head.url) &&
      head.bodyLength <= this.#comet.limits.bodyBytes &&
      this.#isAllowed(request) &&
      isReadable(request);
    if (!isOurs) return undefined;
    const headers = corsHeaders(this.#settings, request);
    return { head, request, format: formatOf(request), headers };
  }

  /** Undefined when they cannot be read, or are to be answered in another way. */
  messagesOf({ format }: Admission, body: Buffer): readonly ReceivedMessage[] | undefined {
    try {
      const messages = readBody(body, format, this.#comet.limits);
      return variantFor(messages) === undefined ? messages : undefined;
    } catch (cause) {
      if (cause instanceof CometError) return undefined;
      throw cause;
    }
  }

  contextOf({ request }: Admission): HttpRequestContext {
    return new HttpRequestContext(request, "long-polling", this.#settings);
  }

  /** The value of `Set-Cookie` for the answer. */
  cookieFor(
    messages: readonly ReceivedMessage[],
    { browser, isSecure }: HttpRequestContext,
  ): string | undefined {
    const { cookie } = this.#settings;
    if (cookie === undefined || browser === undefined) return undefined;
    return messages.some(isHandshake) ? setCookieOf(browser, isSecure, cookie) : undefined;
  }

  handle(
    messages: readonly ReceivedMessage[],
    responder: Responder,
    context: HttpRequestContext,
  ): void {
    void this.#comet.bus.handleMessages(messages, new CometAsyncResult(responder), context);
  }

  refused(): void {
    const text = "The fast lane stays closed: something else reads the connections of the server.";
    this.#comet.log("warn", text);
  }

  failed(cause: unknown): void {
    this.#comet.log("error", "A request could not be handled.", { cause });
  }

  #isAllowed(request: NodeRequest): boolean {
    // A function of somebody else is given nothing but what node:http has made.
    const isAsked = typeof this.#settings.origins === "function";
    if (isAsked && headerOf(request, "origin") !== undefined) return false;
    return isOriginAllowed(this.#settings, request);
  }
}

/** All that this adapter asks of a request that it need not read any more. Nobody else is ever given one. */
function requestOf({ url, headers }: StrictHead, socket: Socket): NodeRequest {
  return { method: "POST", httpVersionMajor: 1, url, headers, socket } as unknown as NodeRequest;
}
