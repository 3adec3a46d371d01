import type { Cancel, ConnectionTypeOptions } from "@encke/core";
import type { NodeRequest, NodeResponse } from "../node-messages.ts";
import { isOriginAllowed, isScriptAllowed } from "../origins.ts";
import type { RequestRoute } from "../requests/request-hub.ts";
import type { ServedComet } from "../served-comet.ts";
import type { Settings } from "../settings.ts";
import { asksForEvents, EVENT_SOURCE, EventSource } from "../streaming/event-source.ts";
import { closeHeaders, EVERY_ANSWER, refuse, sendAnswer } from "./answer.ts";
import { CallbackPolling } from "./callback-polling.ts";
import { corsHeaders, preflightHeaders } from "./cors.ts";
import { Exchanges } from "./exchanges.ts";
import { isBelow } from "./is-below.ts";
import { LongPolling } from "./long-polling.ts";
import { mayWait } from "./sent-ahead.ts";

interface Method {
  isAllowed(settings: Settings, request: NodeRequest): boolean;
  answer(request: NodeRequest, response: NodeResponse): void;
}

/** All that is answered over plain HTTP, below one path. */
export class HttpEndpoint implements RequestRoute {
  readonly #comet: ServedComet;
  readonly #settings: Settings;
  readonly #exchanges: Exchanges;
  readonly #methods: ReadonlyMap<string, Method>;
  /** Another way to answer a GET. */
  readonly #events: Method | undefined;
  readonly #allow: string;

  constructor(comet: ServedComet, settings: Settings) {
    this.#comet = comet;
    this.#settings = settings;
    this.#exchanges = new Exchanges(comet, settings);
    this.#methods = this.#methodsOf(comet, settings);
    this.#events = settings.streaming ? this.#eventsOf(comet, settings) : undefined;
    this.#allow = [...this.#methods.keys()].join(", ");
  }

  /** Tells clients in their handshake what is answered here. */
  announce(): Cancel {
    const cancels = [...this.#connectionTypes()].map(([type, options]) =>
      this.#comet.announce(type, options),
    );
    cancels.push(this.#comet.onClosing((deadline) => this.#exchanges.close(deadline)));
    return () => {
      for (const cancel of cancels) cancel();
    };
  }

  owns(request: NodeRequest): boolean {
    return isBelow(this.#settings.path, request.url ?? "");
  }

  /** Never throws: what goes wrong is the answer. */
  handle(request: NodeRequest, response: NodeResponse): void {
    try {
      this.#answer(request, response);
    } catch (cause) {
      this.#exchanges.fail(response, cause);
    }
  }

  #connectionTypes(): ReadonlyMap<string, ConnectionTypeOptions> {
    const { callbackPolling, polling, pollingInterval, streaming, maxStreamAge } = this.#settings;
    const types = new Map<string, ConnectionTypeOptions>([["long-polling", {}]]);
    if (callbackPolling) types.set("callback-polling", {});
    if (streaming) {
      types.set("streaming", { timeout: maxStreamAge });
      // Its connects only say that the client is there, which its stream says, too.
      types.set(EVENT_SOURCE, { timeout: 0, interval: this.#comet.timeout });
    }
    if (polling) types.set("polling", { timeout: 0, interval: pollingInterval });
    return types;
  }

  #answer(request: NodeRequest, response: NodeResponse): void {
    const method = this.#methodOf(request);
    if (!mayWait(request, response)) {
      const headers = closeHeaders(request);
      refuse(response, { status: 503, text: "Too many requests were sent ahead.", headers });
    } else if (method === undefined) {
      const headers = ["Allow", this.#allow];
      refuse(response, { status: 405, text: "This method is not answered here.", headers });
    } else if (method.isAllowed(this.#settings, request)) {
      method.answer(request, response);
    } else {
      refuse(response, { status: 403, text: "Pages of this origin are not answered here." });
    }
  }

  #methodOf(request: NodeRequest): Method | undefined {
    const isForEvents = request.method === "GET" && asksForEvents(request);
    if (isForEvents && this.#events !== undefined) return this.#events;
    return this.#methods.get(request.method ?? "");
  }

  #methodsOf(comet: ServedComet, settings: Settings): ReadonlyMap<string, Method> {
    const longPolling = new LongPolling(comet, settings, this.#exchanges);
    const methods = new Map<string, Method>([
      ["POST", { isAllowed: isOriginAllowed, answer: longPolling.receive.bind(longPolling) }],
      ["OPTIONS", { isAllowed: isOriginAllowed, answer: this.#answerPreflight.bind(this) }],
    ]);
    if (!settings.callbackPolling) return methods;
    const callbackPolling = new CallbackPolling(comet, this.#exchanges);
    return methods.set("GET", {
      isAllowed: isScriptAllowed,
      answer: callbackPolling.receive.bind(callbackPolling),
    });
  }

  #eventsOf(comet: ServedComet, settings: Settings): Method {
    const eventSource = new EventSource(comet, settings, this.#exchanges);
    return { isAllowed: isOriginAllowed, answer: eventSource.receive.bind(eventSource) };
  }

  #answerPreflight(request: NodeRequest, response: NodeResponse): void {
    const headers = [
      ...EVERY_ANSWER,
      "Allow",
      this.#allow,
      ...corsHeaders(this.#settings, request),
      ...preflightHeaders(this.#settings, this.#allow),
    ];
    sendAnswer(response, 204, headers, "");
  }
}
