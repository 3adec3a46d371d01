import type { ReceivedMessage } from "@encke/core";
import type { NodeRequest, NodeResponse } from "../node-messages.ts";
import { Deadlines } from "../sending/deadlines.ts";
import type { ServedComet } from "../served-comet.ts";
import type { Settings } from "../settings.ts";
import { NDJSON } from "../streaming/ndjson.ts";
import { closeHeaders, JSON_ANSWER, refuse, refuseWhileReceiving } from "./answer.ts";
import { type BodyFault, BodyReader } from "./body-reader.ts";
import { isForm, isReadable } from "./content-type.ts";
import { corsHeaders } from "./cors.ts";
import type { Exchanges, Variant } from "./exchanges.ts";
import { readBody, readParsedBody } from "./read-messages.ts";
import { wireOf } from "./wire.ts";

const CONNECT = "/meta/connect";
const VARIANTS: ReadonlyMap<unknown, Variant> = new Map(
  Object.entries({
    streaming: { transport: "streaming", stream: NDJSON },
    eventsource: { transport: "eventsource" },
    polling: { transport: "polling" },
  }),
);

/** Messages in the body of a POST, answered with a JSON array, or with one after the other where the client wants a stream. */
export class LongPolling {
  readonly #comet: ServedComet;
  readonly #settings: Settings;
  readonly #exchanges: Exchanges;
  readonly #bodies: Deadlines<BodyReader>;
  /** How to end requests that were refused though they go on. */
  readonly #refused: Deadlines<() => void>;

  constructor(comet: ServedComet, settings: Settings, exchanges: Exchanges) {
    this.#comet = comet;
    this.#settings = settings;
    this.#exchanges = exchanges;
    this.#bodies = new Deadlines(settings.bodyTimeout, (body) => body.expire());
    this.#refused = new Deadlines(settings.bodyTimeout, (hangUp) => hangUp());
  }

  receive(request: NodeRequest, response: NodeResponse): void {
    const { limits } = this.#comet;
    const format = { isForm: isForm(request) };
    if (request.readableDidRead) {
      const { body } = request as NodeRequest & { body?: unknown };
      this.#run(request, response, () => readParsedBody(body, format, limits));
    } else if (isReadable(request)) {
      new BodyReader(limits.bodyBytes, this.#bodies, {
        onBody: (body) => this.#run(request, response, () => readBody(body, format, limits)),
        onFault: (fault) => this.#refuse(request, response, fault),
      }).read(request);
    } else {
      const text = "The body must be UTF-8 and not compressed.";
      refuse(response, { status: 415, text, headers: corsHeaders(this.#settings, request) });
    }
  }

  #run(request: NodeRequest, response: NodeResponse, readMessages: () => ReceivedMessage[]): void {
    this.#exchanges.run(request, response, {
      transport: "long-polling",
      form: JSON_ANSWER,
      variantFor,
      readMessages,
    });
  }

  #refuse(request: NodeRequest, response: NodeResponse, fault: BodyFault): void {
    const headers = [...corsHeaders(this.#settings, request), ...closeHeaders(request)];
    const hangUp = (): void => wireOf(request).hangUp(request, response);
    if (fault === "too-slow") {
      refuse(response, { status: 408, text: "The body took too long.", headers });
      hangUp();
      return;
    }
    this.#refused.add(hangUp);
    response.once("close", () => this.#refused.delete(hangUp));
    const text = `The body has more than ${this.#comet.limits.bodyBytes} bytes.`;
    refuseWhileReceiving(request, response, { status: 413, text, headers });
  }
}

/** Only a connect that comes alone is ever held. */
function variantFor([message, ...others]: readonly ReceivedMessage[]): Variant | undefined {
  if (message?.channel !== CONNECT || others.length > 0) return undefined;
  return VARIANTS.get(message.connectionType);
}
