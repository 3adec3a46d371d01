import type { Batch, Cancel, Responder } from "@encke/core";
import { closeHeaders, writeHead } from "../http/answer.ts";
import { type AnswerCare, HttpResponder } from "../http/http-responder.ts";
import { type Wire, wireOf } from "../http/wire.ts";
import type { NodeRequest, NodeResponse } from "../node-messages.ts";
import type { Connections, Lasting } from "../sending/connections.ts";
import { Outlet, type OutletLimits, type OutletOwner, type Sink } from "../sending/outlet.ts";
import type { StreamForm } from "./stream-form.ts";

interface StreamLimits extends OutletLimits {
  /** Milliseconds for which a peer with much to read may take nothing of it. */
  readonly writeTimeout: number;
}

export interface StreamResponderParts {
  readonly request: NodeRequest;
  readonly response: NodeResponse;
  readonly care: AnswerCare;
  readonly form: StreamForm;
  /** What pages of other origins need to read the stream. */
  readonly cors: readonly string[];
  readonly limits: StreamLimits;
  /** Where it is found as long as it is open. */
  readonly streams: Connections<StreamResponder>;
}

/** An answer to an HTTP request that is sent in pieces, or as a whole where it is there at once. */
export class StreamResponder implements Responder, Lasting, OutletOwner {
  readonly #parts: StreamResponderParts;
  readonly #wire: Wire;
  readonly #outlet: Outlet;
  #hasBegun = false;
  #isEnded = false;
  #stopWatch: Cancel | undefined;

  constructor(parts: StreamResponderParts) {
    const { request, response, limits } = parts;
    this.#parts = parts;
    this.#wire = wireOf(request);
    const sink = sinkOf(request, response, this.#wire);
    this.#outlet = new Outlet(sink, limits, this);
  }

  /** False, too, when something else has answered or ended the answer. */
  get isOpen(): boolean {
    const { request, response } = this.#parts;
    const isOurs = this.#hasBegun ? !response.writableEnded : !response.headersSent;
    return isOurs && !this.#isEnded && !this.#wire.isGone(request, response);
  }

  write(body: Batch): boolean {
    return !this.isOpen || this.#send(this.#parts.form.bytesOf(body));
  }

  onDrain(listener: () => void): Cancel {
    return this.#outlet.onDrain(listener);
  }

  /** Called when the answer is to come later: the peer learns that it has been heard. */
  onClose(listener: () => void): Cancel {
    const { request, response, form } = this.#parts;
    const cancel = this.#wire.onClose(request, response, listener);
    if (!this.#hasBegun && this.isOpen) this.#begin(form.start);
    return cancel;
  }

  end(body: Batch): void {
    if (!this.isOpen) return;
    const { request, response, form, care } = this.#parts;
    if (this.#hasBegun) {
      this.#endWith(form.lastBytesOf(body));
      return;
    }
    this.#isEnded = true;
    new HttpResponder(request, response, form, care).end(body);
  }

  /** Sends what is no message. */
  note(bytes: Uint8Array): void {
    if (this.isOpen) this.#send(bytes);
  }

  /** Ends it on the part of the adapter: whoever answers learns that it has closed, and the peer is to come back. */
  retire(): void {
    if (this.isOpen) this.#endWith(this.#parts.form.farewell);
  }

  abort(): void {
    this.#isEnded = true;
    this.#wire.destroy(this.#parts.request, this.#parts.response);
  }

  terminate(): void {
    this.abort();
  }

  beat(): void {
    if (this.isOpen && !this.#outlet.isStalled) this.#send(this.#parts.form.heartbeat);
  }

  onOutletChange(): void {
    const { request, response, limits } = this.#parts;
    if (this.#outlet.isStalled) {
      const give = (): void => this.abort();
      this.#stopWatch = this.#wire.onStandstill(request, response, limits.writeTimeout, give);
    } else {
      this.#stopWatch?.();
    }
  }

  #begin(start: Uint8Array): void {
    const { request, response, form, care, cors, streams } = this.#parts;
    this.#hasBegun = true;
    // Held on purpose: `server.timeout` is for connections on which nothing happens by accident.
    request.socket.setTimeout(0);
    streams.add(this);
    this.#wire.onClose(request, response, () => this.#closed());
    response.on("error", (cause) => care.onFailure(cause));
    // A connection on which so much has passed is not worth keeping, and would keep a server from closing.
    const headers = [...form.headers, ...cors, ...closeHeaders(request)];
    this.#attempt(() => writeHead(response, 200, headers));
    this.#send(start);
  }

  #endWith(bytes: Uint8Array): void {
    const { response, care } = this.#parts;
    this.#send(bytes);
    this.#isEnded = true;
    care.unsent.add(this);
    this.#attempt(() => response.end());
  }

  /** False: the peer reads too slowly. */
  #send(bytes: Uint8Array): boolean {
    let canTakeMore = true;
    this.#attempt(() => {
      canTakeMore = this.#outlet.send(bytes);
    });
    return canTakeMore;
  }

  /** Middleware that has wrapped the response may throw, and whoever publishes must not notice. */
  #attempt(write: () => void): void {
    try {
      write();
    } catch (cause) {
      this.#parts.care.onFailure(cause);
      this.abort();
    }
  }

  #closed(): void {
    this.#stopWatch?.();
    this.#parts.streams.delete(this);
    this.#parts.care.unsent.delete(this);
  }
}

/** HTTP/1 and HTTP/2 have the same methods here, and differ in how they are broken off. */
function sinkOf(request: NodeRequest, response: NodeResponse, wire: Wire): Sink {
  return {
    get writableLength() {
      return response.writableLength;
    },
    write: (bytes) => (response as Sink).write(bytes),
    once: (event, listener) => (response as Sink).once(event, listener),
    destroy: () => wire.destroy(request, response),
  };
}
