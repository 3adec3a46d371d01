import { CometError } from "../../comet-error.ts";
import type { Message } from "../../message.ts";
import type { ITransport, TransportHost } from "../../transport.ts";
import { HttpTransport } from "../../transports/http-transport.ts";
import type { Exchange } from "../../transports/lane.ts";
import type { CometMessage, Failure } from "../message.ts";
import type { Envelope } from "./foreign-transport.ts";
import { Transport } from "./transport.ts";

/** One request, as the transport that makes it knows it. */
export interface TransportRequest {
  readonly id: number;
  /** True where the server holds it. */
  readonly metaConnect: boolean;
  readonly envelope: Envelope;
  /** Aborted when nobody waits for the response any more. */
  readonly signal: AbortSignal;
}

/**
 * For transports of the application's own that make requests: never more than one that the server holds, and one for
 * everything else.
 */
export abstract class RequestTransport extends Transport {
  #lastId = 0;

  /** Makes the request, and calls `transportSuccess` or `transportFailure` when there is a response, or will be none. */
  abstract transportSend(envelope: Envelope, request: TransportRequest): unknown;

  transportSuccess(
    { onSuccess }: Envelope,
    _request: TransportRequest,
    received: readonly CometMessage[],
  ): void {
    onSuccess(received);
  }

  transportFailure(
    envelope: Envelope,
    _request: TransportRequest,
    failure: Partial<Failure>,
  ): void {
    envelope.onFailure(undefined, envelope.messages, failure);
  }

  open(host: TransportHost): ITransport {
    const exchange: Exchange = (_host, messages, signal) => this.#exchange(host, messages, signal);
    return new HttpTransport(host, exchange, exchange);
  }

  #exchange(
    host: TransportHost,
    messages: readonly Message[],
    signal: AbortSignal,
  ): Promise<CometError | undefined> {
    return new Promise((resolve) => {
      const finish = (error?: CometError): void => {
        host.fail(error ?? "There is no reply.", messages);
        resolve(error);
      };
      const fail = (text: unknown): void => finish(new CometError("connection_failed", `${text}`));
      signal.addEventListener("abort", () => fail("It was given up."), { once: true });
      const envelope: Envelope = {
        ...{ url: this.url ?? host.url, sync: false },
        messages: messages as readonly CometMessage[],
        onSuccess: (received) => {
          if (!signal.aborted) host.receive(received as readonly Message[]);
          finish();
        },
        onFailure: (_conduit, _messages, { reason = "The request failed." }) => fail(reason),
      };
      const metaConnect = messages[0]?.channel === "/meta/connect";
      const request = { id: ++this.#lastId, metaConnect, envelope, signal };
      try {
        this.transportSend(envelope, request);
      } catch (cause) {
        fail(cause);
      }
    });
  }
}
