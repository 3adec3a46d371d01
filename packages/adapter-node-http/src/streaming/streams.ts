import { corsHeaders } from "../http/cors.ts";
import type { AnswerCare } from "../http/http-responder.ts";
import type { NodeRequest, NodeResponse } from "../node-messages.ts";
import { Connections } from "../sending/connections.ts";
import type { Settings } from "../settings.ts";
import type { StreamForm } from "./stream-form.ts";
import { StreamResponder } from "./stream-responder.ts";

/** All streams of one endpoint. */
export class Streams {
  readonly #settings: Settings;
  readonly #open: Connections<StreamResponder>;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#open = new Connections(settings.heartbeatInterval);
  }

  responderOf(
    request: NodeRequest,
    response: NodeResponse,
    form: StreamForm,
    care: AnswerCare,
  ): StreamResponder {
    const limits = this.#settings;
    const cors = corsHeaders(limits, request);
    const parts = { request, response, form, care, cors, limits, streams: this.#open };
    return new StreamResponder(parts);
  }

  /** The Comet has had its last word on all of them. Settles when they have gone, after `deadline` milliseconds at the latest. */
  close(deadline: number): Promise<void> {
    return this.#open.empty(deadline);
  }
}
