import type { Cancel } from "@encke/core";
import type { Socket } from "engine.io";
import type { Packet } from "./packets.ts";
import { sendNow } from "./short-cut.ts";

export interface OutletLimits {
  readonly highWaterMark: number;
  readonly maxBufferedBytes: number;
}

/** The way out of one connection, which knows how much its peer has not read yet. */
export class Outlet {
  readonly #socket: Socket;
  readonly #limits: OutletLimits;
  readonly #waiting = new Set<() => void>();
  /** Bytes that wait for the transport, and bytes that it is sending. */
  #queued = 0;
  #sending = 0;

  constructor(socket: Socket, limits: OutletLimits) {
    this.#socket = socket;
    this.#limits = limits;
    socket.on("flush", () => {
      this.#sending += this.#queued;
      this.#queued = 0;
    });
  }

  /** False while the peer reads too slowly. */
  get isReady(): boolean {
    return this.#unsent < this.#limits.highWaterMark;
  }

  /** False: taken, but the peer reads too slowly. One that reads nothing at all is broken off. */
  send({ parts, bytes, text }: Packet): boolean {
    // Nobody says when the peer has read what goes this way, so it must not be so much that somebody would wait for that.
    const isSmall = bytes < this.#limits.highWaterMark;
    if (isSmall && text !== undefined && sendNow(this.#socket, text)) return true;
    this.#queued += bytes;
    for (let at = 0; at < parts.length; at++) {
      const { data, options } = parts[at] as Packet["parts"][number];
      const isLast = at === parts.length - 1;
      this.#socket.send(data, options as SendOptions, isLast ? this.#onSent : undefined);
    }
    if (this.#unsent > this.#limits.maxBufferedBytes) this.#socket.close(true);
    return this.isReady;
  }

  /** Calls back once, when the peer has caught up. */
  onDrain(listener: () => void): Cancel {
    this.#waiting.add(listener);
    return () => this.#waiting.delete(listener);
  }

  get #unsent(): number {
    return this.#queued + this.#sending;
  }

  /** The transport has got rid of all that it was given last. */
  readonly #onSent = (): void => {
    this.#sending = 0;
    if (!this.isReady || this.#waiting.size === 0) return;
    const listeners = [...this.#waiting];
    this.#waiting.clear();
    for (const listener of listeners) listener();
  };
}

type SendOptions = NonNullable<Parameters<Socket["send"]>[1]>;
