import type { Peer, PeerListener, PeerOptions } from "@encke/adapter-testkit";
import type { Message } from "@encke/core";

export type FetchHandler = (request: Request) => Promise<Response>;

/** A peer without a network: its requests are handed to the adapter as they are. */
export class FetchPeer implements Peer {
  readonly #handle: FetchHandler;
  readonly #url: string;
  readonly #listener: PeerListener;
  readonly #options: PeerOptions;
  readonly #gone = new AbortController();

  constructor(handle: FetchHandler, url: string, listener: PeerListener, options: PeerOptions) {
    this.#handle = handle;
    this.#url = url;
    this.#listener = listener;
    this.#options = options;
  }

  send(pieces: readonly Uint8Array[]): void {
    const { jar, headers } = this.#options;
    const request = new Request(this.#url, {
      method: "POST",
      headers: { ...headers, ...(jar.header !== undefined && { cookie: jar.header }) },
      body: ReadableStream.from(this.#paced(pieces)),
      duplex: "half",
      signal: this.#gone.signal,
    });
    this.#handle(request).then(
      (response) => this.#answered(response),
      // It went away before it had sent everything.
      () => undefined,
    );
  }

  stall(): void {
    throw new Error("There is no connection that could be stalled.");
  }

  resume(): void {
    throw new Error("There is no connection that could be resumed.");
  }

  leave(): void {
    this.#gone.abort();
  }

  /** Breaks off where the peer goes away. */
  async *#paced(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
    for (const piece of pieces) {
      yield piece;
      await new Promise(setImmediate);
      if (this.#gone.signal.aborted) throw new Error("The peer has gone.");
    }
  }

  async #answered(response: Response): Promise<void> {
    this.#options.jar.keep(response.headers.getSetCookie());
    if (this.#gone.signal.aborted) return;
    if (response.ok) this.#listener.onMessages((await response.json()) as readonly Message[]);
    else this.#listener.onRefused(response.status);
  }
}
