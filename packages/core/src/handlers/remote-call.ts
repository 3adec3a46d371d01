import type { LocalClient } from "../clients/client.ts";
import type { Abort, CancelSignal } from "../ports/abort.ts";
import { type TimerWheel, WheelTimer } from "../ports/timer-wheel.ts";
import type { Message } from "../protocol/message.ts";
import type { HandlerServices } from "./handler-services.ts";
import type { HandlerRequest } from "./message-handler.ts";
import type { ServiceRequest } from "./swallow-handler.ts";

/** A call of a client, as its handler sees it. */
export interface RemoteRequest extends ServiceRequest {
  /** Given when nobody waits for the result any more: the call was cancelled, it took too long, or the client is gone. */
  readonly signal: CancelSignal;
}

/**
 * What it returns, or resolves to, is the result of the call; for an async iterable, each value is sent as it comes. It
 * throws a {@link RemoteError} to tell the caller what is wrong.
 */
export type RemoteHandler = (call: RemoteRequest) => unknown;

/** How a call came to its end. */
export type CallEnd = "done" | "cancelled" | "timeout" | "gone";

/** A call that is under way. */
export class RemoteCall {
  readonly client: LocalClient;
  readonly #id: string | number | undefined;
  readonly #channel: string;
  readonly #abort: Abort;
  readonly #wheel: TimerWheel;
  readonly #timer = new WheelTimer(() => this.end("timeout"));
  #onEnd: (end: CallEnd) => void = () => undefined;
  #isOpen = true;
  readonly request: RemoteRequest;
  /** By what it is told from others of the client. */
  readonly key: string | number;

  constructor(
    { message, client, context }: HandlerRequest,
    { ports, wheel }: Pick<HandlerServices, "ports" | "wheel">,
  ) {
    this.client = client as LocalClient;
    this.#id = message.id;
    this.#channel = message.channel;
    this.#wheel = wheel;
    this.#abort = ports.newAbort();
    this.key = message.id ?? ports.newId();
    const { signal } = this.#abort;
    const { channel, data } = message;
    this.request = { client: this.client, channel, data, message, context, signal };
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** A message of the call to its caller. */
  message(fields: Partial<Message>): Message {
    const id = this.#id === undefined ? {} : { id: this.#id };
    return { channel: this.#channel, ...id, ...fields };
  }

  onEnd(listener: (end: CallEnd) => void): void {
    this.#onEnd = listener;
  }

  /** From now on, it may take `ms` milliseconds. */
  limit(ms: number): void {
    this.#wheel.set(this.#timer, ms);
  }

  /** Only the first time. */
  end(end: CallEnd): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#wheel.clear(this.#timer);
    if (end !== "done") this.#abort.abort(end);
    this.#onEnd(end);
  }
}
