import { type Awaitable, attempt } from "../ports/awaitable.ts";
import { WheelTimer } from "../ports/timer-wheel.ts";
import { encodeDelivery } from "../protocol/encode.ts";
import type { Message } from "../protocol/message.ts";
import type { HandlerServices } from "./handler-services.ts";
import type { RemoteCall } from "./remote-call.ts";

/** Milliseconds after which it is looked whether a client that reads slowly has caught up. */
const LOOK_AFTER = 100;
/** The share of a mailbox that values of streams may take: there must be room for everything else. */
const SHARE = 4;

export interface StreamOutlet {
  send(message: Message): Awaitable<unknown>;
  /** What the caller is told of a failure. */
  resultOf(cause: unknown): Partial<Message>;
}

/** Sends the values of an async iterable to the caller, each as it comes, and no faster than the caller reads. */
export class RemoteStream {
  readonly #call: RemoteCall;
  readonly #services: Pick<HandlerServices, "wheel" | "settings" | "ports">;
  readonly #outlet: StreamOutlet;
  #sequence = 0;

  constructor(
    call: RemoteCall,
    services: Pick<HandlerServices, "wheel" | "settings" | "ports">,
    outlet: StreamOutlet,
  ) {
    this.#call = call;
    this.#services = services;
    this.#outlet = outlet;
  }

  /** Until the values end, or nobody wants them. Never rejects. */
  async run(values: AsyncIterable<unknown>): Promise<void> {
    let last: Partial<Message> = { successful: true, data: null };
    try {
      const iterator = values[Symbol.asyncIterator]();
      this.#returnWhenAborted(iterator);
      for (;;) {
        await this.#room();
        const next = this.#call.isOpen ? await iterator.next() : DONE;
        if (next.done === true || !this.#call.isOpen) break;
        await this.#send({ successful: true, data: next.value ?? null });
      }
    } catch (cause) {
      // A handler that passes its signal on ends with an error when it is given, which is no failure.
      if (this.#call.isOpen) last = this.#outlet.resultOf(cause);
    }
    if (!this.#call.isOpen) return;
    this.#call.end("done");
    await this.#outlet.send(this.#numbered(last, true));
  }

  /** A value that has no JSON ends the stream, as an error of the handler. */
  async #send(fields: Partial<Message>): Promise<void> {
    const message = this.#numbered(fields);
    encodeDelivery(message);
    await this.#outlet.send(message);
  }

  #numbered(fields: Partial<Message>, isLast = false): Message {
    const stream = { seq: this.#sequence++, ...(isLast && { done: true }) };
    return this.#call.message({ ...fields, ext: { stream } });
  }

  /** The iterator may be waiting for something that never comes: it is told at once. */
  #returnWhenAborted(iterator: AsyncIterator<unknown>): void {
    this.#call.request.signal.addEventListener("abort", () => {
      void attempt(
        () => iterator.return?.() as Awaitable<unknown>,
        (cause) => this.#services.ports.log("warn", "A stream could not be ended.", { cause }),
      );
    });
  }

  async #room(): Promise<void> {
    const { mailboxMessages } = this.#services.settings.limits;
    const most = Math.max(1, Math.floor(mailboxMessages / SHARE));
    const { client } = this.#call;
    while (this.#call.isOpen && client.isAlive && client.mailbox.size >= most) {
      await new Promise<void>((resolve) => {
        this.#services.wheel.set(new WheelTimer(resolve), LOOK_AFTER);
      });
    }
    // It lives on elsewhere, where nothing is known of how much it reads.
    if (!client.isAlive && this.#call.isOpen) throw new Error("The client has moved.");
  }
}

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };

export function isStream(value: unknown): value is AsyncIterable<unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as { [Symbol.asyncIterator]?: unknown })[Symbol.asyncIterator] === "function"
  );
}
