import { connect, type Socket } from "node:net";
import type { Target } from "./wire.ts";

/** Every socket reads into it: what has come is looked at before the next one reads. */
const READING: Buffer = Buffer.alloc(65_536);

/** A TCP connection that tells when it breaks before it was closed here. */
export class Connection {
  readonly #socket: Socket;
  #onData: (chunk: Buffer) => void = () => undefined;
  #isClosed = false;

  /** What is written before it is open waits. */
  constructor(target: Target, onBroken: (cause: Error) => void) {
    const callback = (length: number) => {
      this.#onData(READING.subarray(0, length));
      return true;
    };
    const where = { port: target.port, host: "127.0.0.1", noDelay: true };
    const socket = connect({ ...where, onread: { buffer: READING, callback } });
    const broken = (cause?: Error) => {
      if (this.#isClosed) return;
      this.#isClosed = true;
      onBroken(new Error("A connection broke.", { cause }));
    };
    socket.on("error", broken);
    socket.on("close", () => broken());
    this.#socket = socket;
  }

  /** The bytes are another's when the listener returns: what is to stay must be copied. */
  onData(listener: (chunk: Buffer) => void): void {
    this.#onData = listener;
  }

  /** All buffers leave in one write. */
  write(buffers: readonly Buffer[]): void {
    const [only] = buffers;
    if (buffers.length === 1 && only !== undefined) this.#socket.write(only);
    else this.#socket.write(Buffer.concat(buffers));
  }

  /** Leaves what comes in the buffers of the system. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#isClosed = true;
    this.#socket.destroy();
  }
}
