import type { ReceivedMessage } from "@encke/core";
import type { NodeRequest, NodeResponse } from "../node-messages.ts";
import { Deadlines } from "../sending/deadlines.ts";
import type { ServedComet } from "../served-comet.ts";
import type { Settings } from "../settings.ts";
import { NDJSON } from "../streaming/ndjson.ts";
import { closeHeaders, JSON_ANSWER, refuse, refuseWhileReceiving } from "./answer.ts";
import { Arriving } from "./arriving.ts";
import { type BodyFault, type BodyListener, BodyReader } from "./body-reader.ts";
import { isForm, isReadable } from "./content-type.ts";
import { corsHeaders } from "./cors.ts";
import type { Carrier, Exchanges, Variant } from "./exchanges.ts";
import { type BodyFormat, readBody, readParsedBody } from "./read-messages.ts";
import { wireOf } from "./wire.ts";

const CONNECT = "/meta/connect";
const VARIANTS: ReadonlyMap<unknown, Variant> = new Map(
  Object.entries({
    streaming: { transport: "streaming", stream: NDJSON },
    eventsource: { transport: "eventsource" },
    polling: { transport: "polling" },
  }),
);

const FORM: BodyFormat = { isForm: true };
const ANY_TEXT: BodyFormat = { isForm: false };

const CARRIER: Carrier = { transport: "long-polling", form: JSON_ANSWER, variantFor };

/** Messages in the body of a POST, answered with a JSON array, or with one after the other where the client wants a stream. */
export class LongPolling implements BodyListener {
  readonly #comet: ServedComet;
  readonly #settings: Settings;
  readonly #exchanges: Exchanges;
  readonly arriving: Arriving<BodyReader>;
  /** How to end requests that were refused though they go on. */
  readonly #refused: Deadlines<() => void>;

  constructor(comet: ServedComet, settings: Settings, exchanges: Exchanges) {
    this.#comet = comet;
    this.#settings = settings;
    this.#exchanges = exchanges;
    this.arriving = new Arriving(
      new Deadlines(settings.bodyTimeout, (body: BodyReader) => body.expire()),
    );
    this.#refused = new Deadlines(settings.bodyTimeout, (hangUp) => hangUp());
  }

  get limit(): number {
    return this.#comet.limits.bodyBytes;
  }

  receive(request: NodeRequest, response: NodeResponse): void {
    if (request.readableDidRead) {
      const { body } = request as NodeRequest & { body?: unknown };
      this.#exchanges.run(request, response, CARRIER, () =>
        readParsedBody(body, formatOf(request), this.#comet.limits),
      );
    } else if (isReadable(request)) {
      new BodyReader(request, response, this).read();
    } else {
      const text = "The body must be UTF-8 and not compressed.";
      refuse(response, { status: 415, text, headers: corsHeaders(this.#settings, request) });
    }
  }

  onBody(body: Buffer, request: NodeRequest, response: NodeResponse): void {
    this.#exchanges.run(request, response, CARRIER, () =>
      readBody(body, formatOf(request), this.#comet.limits),
    );
  }

  onFault(fault: BodyFault, request: NodeRequest, response: NodeResponse): void {
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

export function formatOf(request: NodeRequest): BodyFormat {
  return isForm(request) ? FORM : ANY_TEXT;
}

/** Only a connect that comes alone is ever held. */
export function variantFor(messages: readonly ReceivedMessage[]): Variant | undefined {
  const [message] = messages;
  if (message?.channel !== CONNECT || messages.length > 1) return undefined;
  return VARIANTS.get(message.connectionType);
}
