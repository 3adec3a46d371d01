import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { Peer, PeerListener, PeerOptions } from "../peer.ts";
import { readAnswer } from "./answer.ts";
import { writePaced } from "./paced.ts";
import type { PeerTarget } from "./peer-target.ts";
import { Reading } from "./reading.ts";

/** A peer that sends each request as the body of a POST, over HTTP/1.1. */
export function openHttpPeer(
  target: PeerTarget,
  listener: PeerListener,
  options: PeerOptions,
): Peer {
  return new HttpPeer(target, listener, options);
}

class HttpPeer implements Peer {
  readonly #url: URL;
  readonly #agent: Agent;
  readonly #listener: PeerListener;
  readonly #options: PeerOptions;
  readonly #reading = new Reading();

  constructor({ url, tls }: PeerTarget, listener: PeerListener, options: PeerOptions) {
    this.#url = new URL(url);
    this.#agent = this.#isSecure
      ? new HttpsAgent({ keepAlive: true, ...tls })
      : new Agent({ keepAlive: true });
    this.#listener = listener;
    this.#options = options;
  }

  send(pieces: readonly Uint8Array[]): void {
    const { jar, headers } = this.#options;
    const [only] = pieces;
    const request = (this.#isSecure ? httpsRequest : httpRequest)(this.#url, {
      method: "POST",
      agent: this.#agent,
      headers: {
        "content-type": "application/json",
        ...headers,
        ...(jar.header !== undefined && { cookie: jar.header }),
      },
    });
    request.on("response", (response) => this.#answered(response));
    // The server may refuse and close before it has read all; what it answered counts.
    request.on("error", () => undefined);
    if (pieces.length === 1) request.end(only);
    else writePaced(request, pieces, () => request.end());
  }

  stall(): void {
    this.#reading.stall();
  }

  resume(): void {
    this.#reading.resume();
  }

  leave(): void {
    this.#agent.destroy();
  }

  get #isSecure(): boolean {
    return this.#url.protocol === "https:";
  }

  #answered(response: IncomingMessage): void {
    this.#options.jar.keep(response.headers["set-cookie"]);
    response.on("error", () => undefined);
    this.#reading.add(response, () => this.#read(response));
  }

  #read(response: IncomingMessage): void {
    const { statusCode: status = 0, headers } = response;
    readAnswer(response, { status, type: headers["content-type"] }, this.#listener);
  }
}
