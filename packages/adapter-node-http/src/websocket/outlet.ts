import type { Writable } from "node:stream";
import type { Cancel } from "@encke/core";

/** Bytes that may wait in one socket. */
export interface OutletLimits {
  /** From here on nothing more should be sent until the peer has caught up. */
  readonly highWaterMark: number;
  /** A socket with more than this is destroyed when it is to be sent yet more. */
  readonly maxBufferedBytes: number;
}

/**
 * The way out of one socket. Frames are written past the WebSocket library: sound because compression is off,
 * so that the library has never anything of its own queued.
 */
export class Outlet {
  readonly #socket: Writable;
  readonly #limits: OutletLimits;
  readonly #onChange: () => void;
  readonly #onDrain = new Set<() => void>();
  #isStalled = false;
  #taken = 0;
  #left = 0;

  /** `onChange` runs when it has stalled, and when it no longer is. */
  constructor(socket: Writable, limits: OutletLimits, onChange: () => void) {
    this.#socket = socket;
    this.#limits = limits;
    this.#onChange = onChange;
  }

  /** True while the peer has more to read than it should have. */
  get isStalled(): boolean {
    return this.#isStalled;
  }

  /** False: the peer reads too slowly; send no more until `onDrain`. */
  send(frame: Buffer): boolean {
    const socket = this.#socket;
    if (socket.writableLength > this.#limits.maxBufferedBytes) {
      socket.destroy();
      return false;
    }
    this.#taken += frame.length;
    // Without a pending drain event of the socket nobody would be told that it goes on.
    if (socket.write(frame) || socket.writableLength <= this.#limits.highWaterMark) return true;
    this.#stall();
    return false;
  }

  /** Calls back once, when the peer has caught up. */
  onDrain(listener: () => void): Cancel {
    this.#onDrain.add(listener);
    return () => this.#onDrain.delete(listener);
  }

  /** True when something has left since it was last asked. */
  hasMoved(): boolean {
    const before = this.#left;
    this.#left = this.#taken - this.#socket.writableLength;
    return this.#left > before;
  }

  #stall(): void {
    if (this.#isStalled) return;
    this.#isStalled = true;
    this.#onChange();
    this.#socket.once("drain", () => this.#release());
  }

  #release(): void {
    this.#isStalled = false;
    this.#onChange();
    const listeners = [...this.#onDrain];
    this.#onDrain.clear();
    for (const listener of listeners) listener();
  }
}
