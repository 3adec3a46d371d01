import type { NodeRequest } from "../node-messages.ts";
import type { Deadlines } from "../sending/deadlines.ts";

export type BodyFault = "too-large" | "too-slow";

export interface BodyListener {
  onBody(body: Buffer): void;
  /** The rest of the body may still be coming. */
  onFault(fault: BodyFault): void;
}

/** Collects one body and calls back once. When the peer goes away before the end, nobody is called and nothing is kept. */
export class BodyReader {
  readonly #limit: number;
  readonly #deadlines: Deadlines<BodyReader>;
  readonly #listener: BodyListener;
  #chunks: Buffer[] = [];
  #size = 0;
  #isDone = false;

  constructor(limit: number, deadlines: Deadlines<BodyReader>, listener: BodyListener) {
    this.#limit = limit;
    this.#deadlines = deadlines;
    this.#listener = listener;
  }

  read(request: NodeRequest): void {
    if (Number(request.headers["content-length"]) > this.#limit) {
      this.#fail("too-large");
      return;
    }
    this.#deadlines.add(this);
    request.on("data", this.#onData);
    request.on("end", this.#onEnd);
    request.on("close", this.#stop);
  }

  /** The time is over. */
  expire(): void {
    this.#fail("too-slow");
  }

  readonly #onData = (chunk: Buffer): void => {
    if (this.#isDone) return;
    this.#size += chunk.length;
    if (this.#size > this.#limit) this.#fail("too-large");
    else this.#chunks.push(chunk);
  };

  readonly #onEnd = (): void => {
    if (this.#isDone) return;
    const chunks = this.#chunks;
    this.#stop();
    this.#listener.onBody(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks));
  };

  #fail(fault: BodyFault): void {
    this.#stop();
    this.#listener.onFault(fault);
  }

  readonly #stop = (): void => {
    this.#isDone = true;
    this.#chunks = [];
    this.#deadlines.delete(this);
  };
}
