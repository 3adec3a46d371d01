import { connect, type Socket } from "node:net";
import type { Target } from "./wire.ts";

/** A TCP connection that fails the run when it breaks before it was closed here. */
export class Connection {
  readonly #socket: Socket;
  #isClosed = false;

  private constructor(socket: Socket, target: Target) {
    this.#socket = socket;
    socket.setNoDelay(true);
    const broken = (cause?: Error) => {
      if (!this.#isClosed) target.fail(new Error("A connection broke.", { cause }));
    };
    socket.on("error", broken);
    socket.on("close", () => broken());
  }

  static open(target: Target): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect(target.port, "127.0.0.1");
      socket.once("error", reject);
      socket.once("connect", () => {
        socket.off("error", reject);
        resolve(new Connection(socket, target));
      });
    });
  }

  onData(listener: (chunk: Buffer) => void): void {
    this.#socket.removeAllListeners("data");
    this.#socket.on("data", listener);
  }

  /** All buffers leave in one write. */
  write(buffers: readonly Buffer[]): void {
    const [only] = buffers;
    if (buffers.length === 1 && only !== undefined) this.#socket.write(only);
    else this.#socket.write(Buffer.concat(buffers));
  }

  close(): void {
    this.#isClosed = true;
    this.#socket.destroy();
  }
}
