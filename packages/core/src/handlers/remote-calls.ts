import type { LocalClient } from "../clients/client.ts";
import { RenewedMap } from "../collections/renewed-map.ts";
import { type Awaitable, attempt, chain, isPromise } from "../ports/awaitable.ts";
import { encodeDelivery } from "../protocol/encode.ts";
import { bayeuxError, remoteErrorText } from "../protocol/errors.ts";
import type { Message } from "../protocol/message.ts";
import type { HandlerServices } from "./handler-services.ts";
import type { HandlerRequest, MessageHandlerResult } from "./message-handler.ts";
import { RemoteCall, type RemoteHandler } from "./remote-call.ts";
import { RemoteError } from "./remote-error.ts";
import { isStream, RemoteStream } from "./remote-stream.ts";
import { refusal, success, unknownClient } from "./replies.ts";

type CallServices = Pick<HandlerServices, "settings" | "ports" | "wheel" | "hub" | "publisher">;

/** What is left of a call when it is over: one message, whatever happened. */
type Result = Pick<Message, "successful" | "data" | "error">;

/**
 * Answers remote calls: a receipt at once, and exactly one result, with it where it is there already, or later like any
 * other message for the client.
 * @see https://docs.cometd.org/current/reference/#_concepts_remote_call
 */
export class RemoteCalls {
  readonly #services: CallServices;
  /** Those under way, by client and by the id of their message. */
  readonly #calls = new RenewedMap<string, RenewedMap<string | number, RemoteCall>>();

  constructor(services: CallServices) {
    this.#services = services;
    services.hub.on("disconnected", ({ client }) => this.#abortAllOf(client.id));
  }

  serve(
    request: HandlerRequest,
    handler: RemoteHandler,
    timeout: number,
  ): Awaitable<MessageHandlerResult> {
    const { message } = request;
    const client = request.client as LocalClient;
    // It may have gone while listeners were asked, and nobody would tell the handler any more.
    if (!client.isAlive && !client.isElsewhere) return { replies: [unknownClient(message)] };
    const calls = this.#calls.get(client.id);
    const { id } = message;
    if (isCancel(message)) {
      if (id !== undefined) calls?.get(id)?.end("cancelled");
      return { replies: [success(message)] };
    }
    // Its result could not be told from that of the other.
    if (id !== undefined && calls?.has(id)) return refusal(message, "field_invalid", ["id"]);
    if ((calls?.size ?? 0) >= this.#services.settings.limits.callsPerClient) {
      return refusal(message, "too_many_requests");
    }
    const call = new RemoteCall(request, this.#services);
    const answer = attempt<unknown, Failed>(
      () => handler(call.request) as Awaitable<unknown>,
      (cause) => new Failed(cause),
    );
    if (isPromise(answer)) {
      this.#await(call, answer, timeout);
      return { replies: [success(message)] };
    }
    if (isStream(answer)) {
      this.#stream(call, answer);
      return { replies: [success(message)] };
    }
    return { replies: [success(message), call.message(this.#resultOf(call, answer))] };
  }

  /** Ends all that is under way. */
  close(): void {
    for (const id of [...this.#calls.keys()]) this.#abortAllOf(id);
  }

  #await(call: RemoteCall, answer: PromiseLike<unknown>, timeout: number): void {
    this.#add(call);
    call.onEnd((reason) => {
      this.#remove(call);
      if (reason === "timeout") void this.#send(call.message(TIMED_OUT), call);
    });
    call.limit(timeout);
    void chain(answer, (value) => {
      if (!call.isOpen) {
        // Nobody waits for it any more: what it holds must not be left open.
        if (isStream(value)) void attempt(() => stop(value), ignore);
        return;
      }
      if (isStream(value)) {
        call.limit(Number.POSITIVE_INFINITY);
        this.#stream(call, value);
        return;
      }
      call.end("done");
      void this.#send(call.message(this.#resultOf(call, value)), call);
    });
  }

  #stream(call: RemoteCall, values: AsyncIterable<unknown>): void {
    this.#add(call);
    call.onEnd(() => this.#remove(call));
    const stream = new RemoteStream(call, this.#services, {
      send: (message) => this.#send(message, call),
      resultOf: (cause) => this.#failureOf(call, cause),
    });
    void stream.run(values);
  }

  #resultOf(call: RemoteCall, answer: unknown): Result {
    if (answer instanceof Failed) return this.#failureOf(call, answer.cause);
    return this.#encodable(call, { successful: true, data: answer ?? null });
  }

  #failureOf(call: RemoteCall, cause: unknown): Result {
    if (!(cause instanceof RemoteError)) return this.#masked(call, cause);
    const { code, message, details } = cause;
    const data = { code, message, ...(details !== undefined && { details }) };
    const error = remoteErrorText(String(code), String(message));
    return this.#encodable(call, { successful: false, error, data });
  }

  /** A result that has no JSON would be none at all. */
  #encodable(call: RemoteCall, result: Result): Result {
    try {
      encodeDelivery(call.message(result));
      return result;
    } catch (cause) {
      return this.#masked(call, cause);
    }
  }

  #masked({ request: { channel } }: RemoteCall, cause: unknown): Result {
    this.#services.ports.log("error", "A remote call failed.", { channel, cause });
    return MASKED;
  }

  /** Like a message to this client alone: in order, kept and sent again like any other. */
  #send(message: Message, call: RemoteCall): Awaitable<unknown> {
    return attempt(
      () => this.#services.publisher.deliver(message, call.client.id),
      (cause) => {
        const { channel } = message;
        this.#services.ports.log("error", "A result could not be sent.", { channel, cause });
      },
    );
  }

  #add(call: RemoteCall): void {
    const known = this.#calls.get(call.client.id);
    const calls = known ?? new RenewedMap<string | number, RemoteCall>();
    calls.set(call.key, call);
    if (known === undefined) this.#calls.set(call.client.id, calls);
  }

  #remove(call: RemoteCall): void {
    const calls = this.#calls.get(call.client.id);
    if (calls?.get(call.key) === call) calls.delete(call.key);
    if (calls?.size === 0) this.#calls.delete(call.client.id);
  }

  #abortAllOf(clientId: string): void {
    for (const call of [...(this.#calls.get(clientId)?.values() ?? [])]) call.end("gone");
  }
}

/** What a handler threw, or rejected with. */
class Failed {
  readonly cause: unknown;

  constructor(cause: unknown) {
    this.cause = cause;
  }
}

const MASKED: Result = {
  successful: false,
  error: bayeuxError("server_error"),
  data: { code: "server_error", message: "server_error" },
};
const TIMED_OUT: Result = {
  successful: false,
  error: bayeuxError("handler_timeout"),
  data: { code: "timeout", message: "handler_timeout" },
};

function isCancel({ ext }: Message): boolean {
  const stream = ext?.stream as { readonly cancel?: unknown } | null | undefined;
  return typeof stream === "object" && stream !== null && stream.cancel === true;
}

async function stop(values: AsyncIterable<unknown>): Promise<void> {
  await values[Symbol.asyncIterator]().return?.();
}

function ignore(): void {
  // Nobody is left to be told.
}
