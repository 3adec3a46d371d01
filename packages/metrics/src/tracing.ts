import type { ExtensionContext, IExtension, Message } from "@encke/core";
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
 * channel or a client.
 * @see https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/
 */
export function tracing({ tracer, channels = [], connects = false }: TracingOptions): IExtension {
  const labels = new ChannelLabels(channels);
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
      spans.set(message, tracer.startSpan(name, { kind: SERVER, attributes }));
    },
    outgoing(reply, context) {
      end(reply, context, spans);
    },
  };
}

function end(
  { successful, error }: Message,
  { request }: ExtensionContext,
  spans: WeakMap<Message, Span>,
): void {
  const span = request && spans.get(request);
  if (request === undefined || span === undefined) return;
  spans.delete(request);
  if (successful === false) {
    // The number only: what comes after it may be of the application.
    span.setAttribute("error.type", error?.split(":", 1)[0] ?? "unknown");
    span.setStatus({ code: ERROR });
  }
  span.end();
}

/** What the message is about, if it is about a channel. */
function templateOf({ channel, subscription }: Message, labels: ChannelLabels): string | undefined {
  if (!channel.startsWith("/meta/")) return labels.of(channel);
  if (subscription === undefined) return undefined;
  const [first] = typeof subscription === "string" ? [subscription] : subscription;
  return first === undefined ? undefined : labels.of(first);
}
