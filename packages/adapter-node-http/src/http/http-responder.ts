import type { Batch, Cancel, Responder } from "@encke/core";
import type { NodeRequest, NodeResponse } from "../node-messages.ts";
import type { Deadlines } from "../sending/deadlines.ts";
import { type AnswerForm, send } from "./answer.ts";
import { type Wire, wireOf } from "./wire.ts";

export interface HttpResponderParts {
  readonly request: NodeRequest;
  readonly response: NodeResponse;
  readonly form: AnswerForm;
  /** Asked when the answer is made, because a server may have begun to close meanwhile. */
  headers(): readonly string[];
  /** Told of a response that cannot be written, because somebody else's code is in the way of it. */
  onFailure(cause: unknown): void;
  /** The answers that the network has not taken yet. */
  readonly unsent: Deadlines<Pick<Responder, "abort">>;
}

/** The one answer to an HTTP request. It has no `write`: an HTTP answer of this kind is sent at once, as a whole. */
export class HttpResponder implements Responder {
  readonly #parts: HttpResponderParts;
  readonly #wire: Wire;
  #isEnded = false;

  constructor(parts: HttpResponderParts) {
    this.#parts = parts;
    this.#wire = wireOf(parts.request);
  }

  /** False, too, when something else has answered: middleware that lost patience. */
  get isOpen(): boolean {
    const { request, response } = this.#parts;
    return !this.#isEnded && !response.headersSent && !this.#wire.isGone(request, response);
  }

  end(body: Batch, onSettled?: (wasSent: boolean) => void): void {
    if (!this.isOpen) {
      onSettled?.(false);
      return;
    }
    this.#isEnded = true;
    if (!this.#send(body)) {
      onSettled?.(false);
      return;
    }
    // Most often the network has taken it by now.
    if (this.#wire.isFlushed(this.#parts.request, this.#parts.response)) onSettled?.(true);
    else this.#awaitFlush(onSettled);
  }

  onClose(listener: () => void): Cancel {
    const { request, response } = this.#parts;
    // Held on purpose: `server.timeout` is for connections on which nothing happens by accident. A request that was
    // injected, as tests of Fastify do, has a socket that cannot time out.
    request.socket.setTimeout?.(0);
    return this.#wire.onClose(request, response, listener);
  }

  abort(): void {
    this.#isEnded = true;
    this.#wire.destroy(this.#parts.request, this.#parts.response);
  }

  /** False: middleware that has wrapped the response threw, and whoever publishes must not notice. */
  #send(body: Batch): boolean {
    const { response, form, headers, onFailure } = this.#parts;
    try {
      const text = form.textOf(body.json);
      const length = String(Buffer.byteLength(text));
      send(response, 200, [...form.headers, "Content-Length", length, ...headers()], text);
      return true;
    } catch (cause) {
      onFailure(cause);
      this.abort();
      return false;
    }
  }

  #awaitFlush(onSettled?: (wasSent: boolean) => void): void {
    const { request, response, unsent } = this.#parts;
    let isSettled = false;
    const settle = (): void => {
      if (isSettled) return;
      isSettled = true;
      unsent.delete(this);
      onSettled?.(this.#wire.isFlushed(request, response));
    };
    response.on("finish", settle);
    this.#wire.onClose(request, response, settle);
    // Behind an earlier answer on the same connection it is not the peer that keeps it waiting.
    if (response.socket === null) response.once("socket", () => unsent.add(this));
    else unsent.add(this);
  }
}
