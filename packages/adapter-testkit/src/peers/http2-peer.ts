import { type ClientHttp2Session, connect } from "node:http2";
import type { Peer, PeerListener, PeerOptions } from "../peer.ts";
import { readAnswer } from "./answer.ts";
import { writePaced } from "./paced.ts";
import type { PeerTarget } from "./peer-target.ts";
import { Reading } from "./reading.ts";

/** A peer that sends all its requests over one HTTP/2 connection. */
export function openHttp2Peer(
  target: PeerTarget,
  listener: PeerListener,
  options: PeerOptions,
): Peer {
  return new Http2Peer(target, listener, options);
}

class Http2Peer implements Peer {
  readonly #path: string;
  readonly #session: ClientHttp2Session;
  readonly #listener: PeerListener;
  readonly #options: PeerOptions;
  readonly #reading = new Reading();

  constructor({ url, tls }: PeerTarget, listener: PeerListener, options: PeerOptions) {
    this.#path = new URL(url).pathname;
    this.#session = connect(new URL(url).origin, tls);
    this.#session.on("error", () => undefined);
    this.#listener = listener;
    this.#options = options;
  }

  send(pieces: readonly Uint8Array[]): void {
    const { jar, headers } = this.#options;
    const stream = this.#session.request({
      ":method": "POST",
      ":path": this.#path,
      "content-type": "application/json",
      ...headers,
      ...(jar.header !== undefined && { cookie: jar.header }),
    });
    stream.on("response", (answer) => {
      jar.keep(answer["set-cookie"]);
      const head = { status: Number(answer[":status"]), type: answer["content-type"] };
      this.#reading.add(stream, () => readAnswer(stream, head, this.#listener));
    });
    stream.on("error", () => undefined);
    writePaced(stream, pieces, () => stream.end());
  }

  stall(): void {
    this.#reading.stall();
  }

  resume(): void {
    this.#reading.resume();
  }

  leave(): void {
    this.#session.destroy();
  }
}
