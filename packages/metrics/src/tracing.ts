import type { Comet, IExtension, Log, Message } from "@encke/core";
import type { Span, Tracer } from "@opentelemetry/api";
import { ChannelLabels, kindLabel } from "./labels.ts";

export interface TracingOptions {
  /** Of the OpenTelemetry API: `trace.getTracer("my-app")`. */
  readonly tracer: Tracer;
  /** The patterns by which channels are told apart; the closest counts, and what none covers is `other`. @default [] */
  readonly channels?: readonly string[];
  /** Whether connects have spans, too: there is one for each poll, and nothing happens in it. @default false */
  readonly connects?: boolean;
}

/** `SpanKind.SERVER` and `SpanStatusCode.ERROR` of the OpenTelemetry API, which is there as types only. */
const SERVER = 1;
const ERROR = 2;

/**
 * A span for each message from a client, until it is answered: `comet.use(tracing({ tracer }))`. Never names a concrete
 * channel or a client. A tracer that throws costs the span and not the message; that is logged once.
 * @see https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/
 */
export function tracing({
  tracer,
  channels = [],
  connects = false,
}: TracingOptions): IExtension & { attach(comet: Comet): () => void } {
  const labels = new ChannelLabels(channels);
  const guard = new Guard();
  const spans = new WeakMap<Message, Span>();
  return {
    name: "tracing",
    incoming(message, { context }) {
      const operation = kindLabel(message.channel);
      if (operation === "connect" && !connects) return;
      const template = templateOf(message, labels);
      const attributes = {
        "messaging.system": "bayeux",
        "messaging.operation.name": operation,
        ...(template !== undefined && { "messaging.destination.template": template }),
        ...(context && { "network.protocol.name": context.transport }),
      };
      const name = template === undefined ? operation : `${operation} ${template}`;
      guard.run(() => {
        spans.set(message, tracer.startSpan(name, { kind: SERVER, attributes }));
      });
    },
    outgoing(reply, { request }) {
      const span = request && spans.get(request);
      if (request === undefined || span === undefined) return;
      spans.delete(request);
      guard.run(() => mark(span, reply));
      guard.run(() => span.end());
    },
    attach: (comet) => guard.logTo(comet.log),
  };
}

function mark(span: Span, { successful, error }: Message): void {
  if (successful !== false) return;
  // The number only: what comes after it may be of the application.
  span.setAttribute("error.type", error?.split(":", 1)[0] ?? "unknown");
  span.setStatus({ code: ERROR });
}

/** Keeps what a tracer throws from the messages. */
class Guard {
  #log: Log | undefined;
  #hasLogged = false;

  /** Returns what ends it. */
  logTo(log: Log): () => void {
    this.#log = log;
    return () => {
      this.#log = undefined;
    };
  }

  run(step: () => void): void {
    try {
      step();
    } catch (cause) {
      // Once: it is likely to fail for every message.
      if (this.#hasLogged) return;
      this.#hasLogged = true;
      this.#log?.("error", "The tracer failed. Spans are missing.", { cause });
    }
  }
}

/** What the message is about, if it is about a channel. */
function templateOf({ channel, subscription }: Message, labels: ChannelLabels): string | undefined {
  if (!channel.startsWith("/meta/")) return labels.of(channel);
  if (subscription === undefined) return undefined;
  const [first] = typeof subscription === "string" ? [subscription] : subscription;
  return first === undefined ? undefined : labels.of(first);
}
