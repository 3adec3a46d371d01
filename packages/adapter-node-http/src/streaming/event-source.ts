import { CometAsyncResult, CometError, type StreamRequest, type StreamStart } from "@encke/core";
import { closeHeaders, EVERY_ANSWER, sendAnswer } from "../http/answer.ts";
import { corsHeaders } from "../http/cors.ts";
import type { Exchanges } from "../http/exchanges.ts";
import { headerOf, type NodeRequest, type NodeResponse } from "../node-messages.ts";
import { HttpRequestContext } from "../request-context.ts";
import { Deadlines } from "../sending/deadlines.ts";
import type { ServedComet } from "../served-comet.ts";
import type { Settings } from "../settings.ts";
import {
  COME_BACK,
  EVENT_HEADERS,
  EventForm,
  type EventFormParts,
  OVER,
  readEventId,
} from "./event-form.ts";
import { join } from "./joining.ts";
import type { StreamResponder } from "./stream-responder.ts";

export const EVENT_SOURCE = "eventsource";

const PASSING: ReadonlySet<string> = new Set(["comet_closed", "store_failed"]);

/** Whose stream is asked for. */
interface Wish {
  /** In the path. Empty: the peer has no client that it knows of. */
  readonly named: string;
  /** What a client that is made for the peer is to be subscribed to. */
  readonly patterns: readonly string[];
  readonly lastId: string | undefined;
}

/** What is needed to open one stream. */
interface Opening {
  readonly response: NodeResponse;
  readonly form: EventForm;
  readonly stream: StreamResponder;
  readonly context: HttpRequestContext;
  readonly result: CometAsyncResult;
}

/** A way out for a client beside its connects: events in the answer to a GET of the path and the client's id. */
export class EventSource {
  readonly #comet: ServedComet;
  readonly #settings: Settings;
  readonly #exchanges: Exchanges;
  readonly #ages: Deadlines<StreamResponder>;

  constructor(comet: ServedComet, settings: Settings, exchanges: Exchanges) {
    this.#comet = comet;
    this.#settings = settings;
    this.#exchanges = exchanges;
    this.#ages = new Deadlines(settings.maxStreamAge, (stream) => stream.retire());
  }

  receive(request: NodeRequest, response: NodeResponse): void {
    const wish = this.#wishOf(request);
    if (wish.lastId === OVER) this.#sendAway(request, response);
    else void this.#answer(request, response, wish);
  }

  #wishOf(request: NodeRequest): Wish {
    const [path = "", query] = (request.url ?? "").split("?", 2);
    const fields = new URLSearchParams(query);
    const named = path.slice(this.#settings.path.length + 1);
    // Pages that open a new EventSource after an error say in the query what the old one would have said in a header.
    const lastId = headerOf(request, "last-event-id") ?? fields.get("lastEventId") ?? undefined;
    return { named, lastId, patterns: named === "" ? fields.getAll("subscription") : [] };
  }

  /** Never rejects: what goes wrong is the answer. */
  async #answer(request: NodeRequest, response: NodeResponse, wish: Wish): Promise<void> {
    try {
      const isAnswered =
        (await this.#goOn(request, response, wish)) || (await this.#join(request, response, wish));
      if (!isAnswered) this.#sendAway(request, response);
    } catch (cause) {
      if (isPassing(cause)) this.#putOff(request, response);
      else this.#exchanges.fail(response, cause, corsHeaders(this.#settings, request));
    }
  }

  /** False: there is no such client. */
  async #goOn(request: NodeRequest, response: NodeResponse, wish: Wish): Promise<boolean> {
    const { named, lastId, patterns } = wish;
    const { clientId: owner, position: after } = readEventId(lastId ?? "");
    const clientId = named === "" ? (owner ?? "") : named;
    if (clientId === "") return false;
    const opening = this.#openingOf(request, response, named === "" ? { clientId } : {});
    const asked = { clientId, ...(after !== undefined && { after }) };
    const isThere = await this.#open(asked, opening);
    if (isThere || lastId === undefined || patterns.length > 0) return isThere;
    this.#tellUnknown(opening, clientId);
    return true;
  }

  /** False: the peer has not said what it wants to be subscribed to. */
  async #join(request: NodeRequest, response: NodeResponse, { patterns }: Wish): Promise<boolean> {
    if (patterns.length === 0) return false;
    if (this.#comet.isClosing) throw new CometError("comet_closed", "The server closes.");
    const context = new HttpRequestContext(request, EVENT_SOURCE, this.#settings);
    this.#exchanges.offerCookie(response, context);
    const { clientId, replies } = await join(this.#comet, patterns, context);
    const opening = this.#openingOf(request, response, { clientId, replies });
    if (clientId !== undefined) return await this.#open({ clientId }, opening);
    opening.result.completeRequestWithMessages(replies);
    return true;
  }

  /** False: there is no such client. */
  async #open(asked: StreamRequest, opening: Opening): Promise<boolean> {
    const start = await this.#comet.bus.openStream(asked, opening.result, opening.context);
    if (start !== undefined) this.#begin(opening, start);
    return start !== undefined;
  }

  #openingOf(request: NodeRequest, response: NodeResponse, parts: EventFormParts): Opening {
    const form = new EventForm(parts);
    const stream = this.#exchanges.streamOf(request, response, form);
    const context = new HttpRequestContext(request, EVENT_SOURCE, this.#settings);
    return { response, form, stream, context, result: new CometAsyncResult(stream) };
  }

  #begin({ response, form, stream }: Opening, { position = 0 }: StreamStart): void {
    stream.note(form.startAt(position));
    if (!stream.isOpen) return;
    this.#ages.add(stream);
    response.once("close", () => this.#ages.delete(stream));
  }

  /** An EventSource that had a stream before, of a server that was started again: its page is to know what to do. */
  #tellUnknown({ result, context }: Opening, clientId: string): void {
    const connect = { channel: "/meta/connect", connectionType: EVENT_SOURCE, clientId };
    void this.#comet.bus.handleMessages([connect], result, context);
  }

  /** The one status after which an EventSource does not try again, and takes it for no error. */
  #sendAway(request: NodeRequest, response: NodeResponse): void {
    if (response.headersSent) return;
    sendAnswer(response, 204, [...EVERY_ANSWER, ...corsHeaders(this.#settings, request)], "");
  }

  /** An EventSource never comes back after a status that says what is the matter. */
  #putOff(request: NodeRequest, response: NodeResponse): void {
    if (response.headersSent) return;
    const headers = [
      ...EVENT_HEADERS,
      "Content-Length",
      String(COME_BACK.length),
      ...corsHeaders(this.#settings, request),
      ...closeHeaders(request),
    ];
    sendAnswer(response, 200, headers, COME_BACK);
  }
}

/** True for what may be over in a moment. */
function isPassing(cause: unknown): boolean {
  return cause instanceof CometError && PASSING.has(cause.code);
}

export function asksForEvents(request: NodeRequest): boolean {
  return /(^|[,\s])text\/event-stream\b/i.test(headerOf(request, "accept") ?? "");
}
