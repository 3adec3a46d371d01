import { corsHeaders } from "../http/cors.ts";
import type { HttpResponderParts } from "../http/http-responder.ts";
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

  responderOf(parts: Omit<HttpResponderParts, "form">, form: StreamForm): StreamResponder {
    const settings = this.#settings;
    const cors = corsHeaders(settings, parts.request);
    return new StreamResponder({ ...parts, form, cors, limits: settings, streams: this.#open });
  }

  /** The Comet has had its last word on all of them. Settles when they have gone, after `deadline` milliseconds at the latest. */
  close(deadline: number): Promise<void> {
    return this.#open.empty(deadline);
  }
}
