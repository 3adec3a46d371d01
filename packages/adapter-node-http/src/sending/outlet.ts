import type { Cancel } from "@encke/core";
import {
  type Bytes,
  type DirectWriter,
  directHandleOf,
  type Handle,
  MOST_DIRECTLY,
  writeDirectly,
} from "./direct-write.ts";

/** Bytes that may wait on one way out. */
export interface OutletLimits {
  /** From here on nothing more should be sent until the peer has caught up. */
  readonly highWaterMark: number;
  /** A way out with more than this is destroyed when it is to be sent yet more. */
  readonly maxBufferedBytes: number;
}

/** What goes out to one or to many. */
export interface Sendable {
  /** Made when somebody asks for them: the same for all who do. */
  readonly bytes: Uint8Array;
  /** For a socket on which it leaves at once: whatever costs less. */
  forOneMore(): Bytes;
}

/** What takes the bytes: a socket, or the answer to a request. */
export interface Sink {
  /** Bytes that it holds and the network has not taken. */
  readonly writableLength: number;
  /** False: it will say `drain` when the network has taken what it holds. */
  write(bytes: Uint8Array): boolean;
  once(event: "drain", listener: () => void): unknown;
  destroy(cause?: Error): unknown;
}

/** Whose way out it is. */
export interface OutletOwner {
  /** It has stalled, or it no longer is. */
  onOutletChange(): void;
}

/** The way out to one peer, which may read slowly. */
export class Outlet implements DirectWriter {
  readonly #sink: Sink;
  /** What writes to the same past its stream, where that can be done. */
  readonly #handle: Handle | undefined;
  readonly #limits: OutletLimits;
  readonly #owner: OutletOwner;
  /** Made when somebody waits: most never do. */
  #onDrain: Set<() => void> | undefined;
  #isStalled = false;
  #taken = 0;
  #left = 0;
  /** Bytes on their way past the stream. */
  #leaving = 0;

  constructor(sink: Sink, limits: OutletLimits, owner: OutletOwner) {
    this.#sink = sink;
    this.#handle = directHandleOf(sink);
    this.#limits = limits;
    this.#owner = owner;
  }

  /** True while the peer has more to read than it should have. */
  get isStalled(): boolean {
    return this.#isStalled;
  }

  /** False: the peer reads too slowly; send no more until `onDrain`. */
  send(bytes: Bytes): boolean {
    const sink = this.#sink;
    if (this.#waiting > this.#limits.maxBufferedBytes) {
      sink.destroy();
      return false;
    }
    this.#taken += bytes.length;
    if (this.#isWrittenDirectly(bytes)) return true;
    // Without a pending drain event of the sink nobody would be told that it goes on.
    const chunk = typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes;
    if (sink.write(chunk) || this.#waiting <= this.#limits.highWaterMark) return true;
    this.#stall();
    return false;
  }

  /** The same of what others may get, too: all who read slowly keep the same bytes. */
  sendShared(shared: Sendable): boolean {
    return this.send(this.#freeHandle === undefined ? shared.bytes : shared.forOneMore());
  }

  /** Calls back once, when the peer has caught up. */
  onDrain(listener: () => void): Cancel {
    this.#onDrain ??= new Set();
    this.#onDrain.add(listener);
    return () => this.#onDrain?.delete(listener);
  }

  /** True when something has left since it was last asked. */
  hasMoved(): boolean {
    const before = this.#left;
    this.#left = this.#taken - this.#waiting;
    return this.#left > before;
  }

  onLeft(): void {
    this.#leaving = 0;
  }

  onFailed(cause: Error): void {
    this.#sink.destroy(cause);
  }

  /** Bytes that the network has not taken. */
  get #waiting(): number {
    return this.#leaving + this.#sink.writableLength;
  }

  /** What writes past the stream, where that can be done now. */
  get #freeHandle(): Handle | undefined {
    return this.#waiting === 0 ? this.#handle : undefined;
  }

  #isWrittenDirectly(bytes: Bytes): boolean {
    const isSmall = bytes.length <= Math.min(MOST_DIRECTLY, this.#limits.highWaterMark);
    const handle = this.#freeHandle;
    if (handle === undefined || !isSmall) return false;
    const leaving = writeDirectly(handle, bytes, this);
    this.#leaving = leaving ?? 0;
    return leaving !== undefined;
  }

  #stall(): void {
    if (this.#isStalled) return;
    this.#isStalled = true;
    this.#owner.onOutletChange();
    this.#sink.once("drain", () => this.#release());
  }

  #release(): void {
    this.#isStalled = false;
    this.#owner.onOutletChange();
    const listeners = this.#onDrain ?? [];
    this.#onDrain = undefined;
    for (const listener of listeners) listener();
  }
}
