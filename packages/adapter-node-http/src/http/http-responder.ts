import type { Batch, Cancel, Responder } from "@encke/core";
import type { NodeRequest, NodeResponse } from "../node-messages.ts";
import type { Deadlines } from "../sending/deadlines.ts";
import { type AnswerForm, sendMessages } from "./answer.ts";
import { type Wire, wireOf } from "./wire.ts";

/** What the answers of an endpoint have in common. */
export interface AnswerCare {
  /** Asked when the answer is made, because a server may have begun to close meanwhile. */
  headersFor(request: NodeRequest): readonly string[];
  /** Told of a response that cannot be written, because somebody else's code is in the way of it. */
  onFailure(cause: unknown): void;
  /** The answers that the network has not taken yet. */
  readonly unsent: Deadlines<Pick<Responder, "abort">>;
}

/** The one answer to an HTTP request. It has no `write`: an HTTP answer of this kind is sent at once, as a whole. */
export class HttpResponder implements Responder {
  readonly #request: NodeRequest;
  readonly #response: NodeResponse;
  readonly #form: AnswerForm;
  readonly #care: AnswerCare;
  readonly #wire: Wire;
  #isEnded = false;

  // Not one object of parts: there is a responder for every poll, and it lives as long as the poll is held.
  constructor(request: NodeRequest, response: NodeResponse, form: AnswerForm, care: AnswerCare) {
    this.#request = request;
    this.#response = response;
    this.#form = form;
    this.#care = care;
    this.#wire = wireOf(request);
  }

  /** False, too, when something else has answered: middleware that lost patience. */
  get isOpen(): boolean {
    const response = this.#response;
    return !this.#isEnded && !response.headersSent && !this.#wire.isGone(this.#request, response);
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
    if (this.#wire.isFlushed(this.#request, this.#response)) onSettled?.(true);
    else this.#awaitFlush(onSettled);
  }

  onClose(listener: () => void): Cancel {
    const { socket } = this.#request;
    // Held on purpose: `server.timeout` is for connections on which nothing happens by accident. A request that was
    // injected, as tests of Fastify do, has a socket that cannot time out.
    if (socket.timeout !== 0) socket.setTimeout?.(0);
    return this.#wire.onClose(this.#request, this.#response, listener);
  }

  abort(): void {
    this.#isEnded = true;
    this.#wire.destroy(this.#request, this.#response);
  }

  /** False: middleware that has wrapped the response threw, and whoever publishes must not notice. */
  #send(body: Batch): boolean {
    try {
      sendMessages(this.#response, this.#form, this.#care.headersFor(this.#request), body);
      return true;
    } catch (cause) {
      this.#care.onFailure(cause);
      this.abort();
      return false;
    }
  }

  #awaitFlush(onSettled?: (wasSent: boolean) => void): void {
    const request = this.#request;
    const response = this.#response;
    const { unsent } = this.#care;
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
