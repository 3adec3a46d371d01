import { CometAsyncResult, CometError, type StreamStart } from "@encke/core";
import { closeHeaders, EVERY_ANSWER, send } from "../http/answer.ts";
import { corsHeaders } from "../http/cors.ts";
import type { Exchanges } from "../http/exchanges.ts";
import { headerOf, type NodeRequest, type NodeResponse } from "../node-messages.ts";
import { HttpRequestContext } from "../request-context.ts";
import { Deadlines } from "../sending/deadlines.ts";
import type { ServedComet } from "../served-comet.ts";
import type { Settings } from "../settings.ts";
import { COME_BACK, EVENT_HEADERS, EventForm, OVER } from "./event-form.ts";
import type { StreamResponder } from "./stream-responder.ts";

export const EVENT_SOURCE = "eventsource";

/** A position as we write it into an event. */
const POSITION = /^\d{1,15}$/;

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
    const lastId = lastIdOf(request);
    if (lastId === OVER) this.#sendAway(request, response);
    else void this.#open(request, response, lastId);
  }

  /** Never rejects: what goes wrong is the answer. */
  async #open(request: NodeRequest, response: NodeResponse, lastId?: string): Promise<void> {
    try {
      const clientId = pathOf(request).slice(this.#settings.path.length + 1);
      const after = lastId !== undefined && POSITION.test(lastId) ? Number(lastId) : undefined;
      const opening = this.#openingOf(request, response);
      const asked = { clientId, ...(after !== undefined && { after }) };
      const start = await this.#comet.bus.openStream(asked, opening.result, opening.context);
      if (start !== undefined) this.#begin(opening, start);
      else if (lastId === undefined) this.#sendAway(request, response);
      else this.#tellUnknown(opening, clientId);
    } catch (cause) {
      if (cause instanceof CometError) this.#putOff(request, response);
      else this.#exchanges.fail(response, cause, corsHeaders(this.#settings, request));
    }
  }

  #openingOf(request: NodeRequest, response: NodeResponse): Opening {
    const form = new EventForm();
    const stream = this.#exchanges.streamOf(request, response, form);
    const context = new HttpRequestContext(request, EVENT_SOURCE, this.#settings);
    return { response, form, stream, context, result: new CometAsyncResult(stream) };
  }

  #begin({ response, form, stream }: Opening, { position }: StreamStart): void {
    if (position !== undefined) stream.note(form.startAt(position));
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
    send(response, 204, [...EVERY_ANSWER, ...corsHeaders(this.#settings, request)], "");
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
    send(response, 200, headers, COME_BACK);
  }
}

export function asksForEvents(request: NodeRequest): boolean {
  return /(^|[,\s])text\/event-stream\b/i.test(headerOf(request, "accept") ?? "");
}

/** Pages that open a new EventSource after an error say in the query what the old one would have said in a header. */
function lastIdOf(request: NodeRequest): string | undefined {
  const query = (request.url ?? "").split("?", 2)[1] ?? "";
  return (
    headerOf(request, "last-event-id") ?? new URLSearchParams(query).get("lastEventId") ?? undefined
  );
}

function pathOf(request: NodeRequest): string {
  return (request.url ?? "").split("?", 1)[0] as string;
}
