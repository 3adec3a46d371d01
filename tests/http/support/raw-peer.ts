import { connect, type Socket } from "node:net";
import { onTestFinished } from "vitest";

export interface RawAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** A peer that writes to the socket what it likes. */
export class RawPeer {
  readonly socket: Socket;
  readonly closed: Promise<void>;
  #received = Buffer.alloc(0);
  #onData: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#onData();
    });
    this.closed = new Promise((resolve) => {
      socket.once("close", () => {
        this.#onData();
        resolve();
      });
    });
  }

  static async connect(port: number): Promise<RawPeer> {
    const socket = connect(port, "127.0.0.1");
    onTestFinished(() => {
      socket.destroy();
    });
    const peer = new RawPeer(socket);
    await new Promise((resolve) => socket.once("connect", resolve));
    return peer;
  }

  /** Resolves when the bytes have been handed to the network, so that what is written next comes in another piece. */
  async write(bytes: string | Uint8Array): Promise<void> {
    await new Promise<unknown>((resolve) => this.socket.write(bytes, resolve));
  }

  /** The next answer with a Content-Length. Rejects when the connection ends before it is there. */
  async answer(): Promise<RawAnswer> {
    for (;;) {
      const answer = this.#take();
      if (answer !== undefined) return answer;
      if (this.socket.closed) throw new Error(`No answer. Received: ${this.#received}`);
      await new Promise<void>((resolve) => {
        this.#onData = resolve;
      });
    }
  }

  #take(): RawAnswer | undefined {
    const end = this.#received.indexOf("\r\n\r\n");
    if (end === -1) return undefined;
    const [first, ...lines] = this.#received.subarray(0, end).toString("latin1").split("\r\n");
    const headers = new Map(lines.map(asHeader));
    const status = Number(first!.split(" ")[1]);
    const length = status < 200 ? 0 : Number(headers.get("content-length") ?? 0);
    if (this.#received.length < end + 4 + length) return undefined;
    const body = this.#received.subarray(end + 4, end + 4 + length).toString();
    this.#received = this.#received.subarray(end + 4 + length);
    return { status, headers, body };
  }
}

function asHeader(line: string): [string, string] {
  const at = line.indexOf(":");
  return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()];
}

/** The text of a POST to `/comet`. */
export function post(body: string, headers: Readonly<Record<string, string>> = {}): string {
  const all = { Host: "localhost", "Content-Length": String(Buffer.byteLength(body)), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST /comet HTTP/1.1\r\n${lines.join("")}\r\n${body}`;
}
