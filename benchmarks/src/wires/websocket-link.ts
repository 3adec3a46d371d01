import { Connection } from "./connection.ts";
import { FrameReader, textFrame } from "./frames.ts";
import type { Link, Target } from "./wire.ts";

const END_OF_HEAD = "\r\n\r\n";

/** Resolves when the server has switched to WebSocket. */
export async function openWebSocket(target: Target, path: string): Promise<Link> {
  const connection = new Connection(target, (cause) => target.fail(cause));
  const head = [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${target.port}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  ].join("\r\n");
  connection.write([Buffer.from(head + END_OF_HEAD)]);
  const rest = await switched(connection);
  const link = new WebSocketLink(connection, target);
  if (rest.length > 0) link.read(rest);
  return link;
}

/** Resolves with what has come after the head of the answer. */
function switched(connection: Connection): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let answer = Buffer.alloc(0);
    connection.onData((chunk) => {
      answer = Buffer.concat([answer, chunk]);
      const end = answer.indexOf(END_OF_HEAD);
      if (end === -1) return;
      if (answer.toString("latin1", 9, 12) === "101") resolve(answer.subarray(end + 4));
      else reject(new Error(`No upgrade: ${answer.toString("latin1", 0, end)}`));
    });
  });
}

class WebSocketLink implements Link {
  onBody: (body: Buffer) => void = ignore;
  readonly #connection: Connection;
  readonly #reader: FrameReader;

  constructor(connection: Connection, target: Target) {
    this.#connection = connection;
    this.#reader = new FrameReader({
      onText: (payload) => this.onBody(payload),
      onPing: (pong) => connection.write([pong]),
      onUnexpected: (opcode, payload) =>
        target.fail(new Error(`A frame of type ${opcode} came: ${payload.toString("latin1")}`)),
    });
    connection.onData((chunk) => this.#reader.push(chunk));
  }

  read(chunk: Buffer): void {
    this.#reader.push(chunk);
  }

  encode(text: string): Buffer {
    return textFrame(text);
  }

  send(units: readonly Buffer[]): void {
    this.#connection.write(units);
  }

  pause(): void {
    this.#connection.pause();
  }

  resume(): void {
    this.#connection.resume();
  }

  close(): void {
    this.#connection.close();
  }
}

function ignore(): void {
  // Nobody listens yet.
}
