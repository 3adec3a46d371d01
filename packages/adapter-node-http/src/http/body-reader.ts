import type { NodeRequest, NodeResponse } from "../node-messages.ts";
import type { Arrival, Arriving } from "./arriving.ts";
import { readAsParsed, readAsStream } from "./parsed-body.ts";

export type BodyFault = "too-large" | "too-slow";

/** Whose bodies are read: one for all of them. */
export interface BodyListener {
  /** Bytes that a body may have. */
  readonly limit: number;
  /** The bodies that have not ended. */
  readonly arriving: Arriving<BodyReader>;
  onBody(body: Buffer, request: NodeRequest, response: NodeResponse): void;
  /** The rest of the body may still be coming. */
  onFault(fault: BodyFault, request: NodeRequest, response: NodeResponse): void;
}

/** Collects one body and calls back once. When the peer goes away before the end, nobody is called and nothing is kept. */
export class BodyReader implements Arrival {
  readonly #request: NodeRequest;
  readonly #response: NodeResponse;
  readonly #listener: BodyListener;
  #chunks: Buffer[] | undefined;
  #size = 0;
  #isDone = false;

  constructor(request: NodeRequest, response: NodeResponse, listener: BodyListener) {
    this.#request = request;
    this.#response = response;
    this.#listener = listener;
  }

  read(): void {
    const request = this.#request;
    if (isMore(request.headers["content-length"], this.#listener.limit)) {
      this.#fail("too-large");
      return;
    }
    // One for all: a request keeps its listeners for as long as its answer is held, and all that is kept for each
    // held request is copied by the garbage collector.
    const listen = (chunk?: Buffer | null): void => {
      if (chunk) this.#add(chunk);
      else this.#end();
    };
    this.#listener.arriving.add(this);
    if (readAsParsed(request, listen)) return;
    request.on("data", listen);
    request.on("end", listen);
    // There a body that is broken off has an end, too, after the request has closed.
    if (request.httpVersionMajor === 2) request.on("close", listen);
  }

  takesLonger(): boolean {
    if (this.#isDone) return false;
    if (this.#request.destroyed) this.#stop();
    else this.#request.on("close", () => this.#end());
    return !this.#isDone;
  }

  /** The time is over. */
  expire(): void {
    this.#fail("too-slow");
  }

  #add(chunk: Buffer): void {
    if (this.#isDone) return;
    this.#size += chunk.length;
    if (this.#size > this.#listener.limit) this.#fail("too-large");
    else if (this.#chunks === undefined) this.#chunks = [chunk];
    else this.#chunks.push(chunk);
  }

  /** The body has ended or, when it is not known to be complete, the peer has gone. */
  #end(): void {
    if (this.#isDone) return;
    const chunks = this.#chunks ?? [];
    this.#stop();
    if (!this.#request.readableEnded) return;
    const body = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
    this.#listener.onBody(body, this.#request, this.#response);
  }

  #fail(fault: BodyFault): void {
    this.#stop();
    readAsStream(this.#request);
    this.#listener.onFault(fault, this.#request, this.#response);
  }

  #stop(): void {
    this.#isDone = true;
    // Not an empty array: see `HeldConnect` of core for what becomes of literals that are kept.
    this.#chunks = undefined;
    this.#listener.arriving.delete(this);
  }
}

/** With fewer digits it is not more, as nearly always, and need not be read as a number. What comes is counted, too. */
function isMore(announced: string | undefined, limit: number): boolean {
  if (announced === undefined || announced.length < String(limit).length) return false;
  return Number(announced) > limit;
}
