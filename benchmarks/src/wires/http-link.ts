import { Connection } from "./connection.ts";
import type { Link, Target } from "./wire.ts";

const END_OF_HEAD = "\r\n\r\n";
const CONTENT_LENGTH = /\r\ncontent-length: *(\d+)/i;

/** One connection on which a POST is sent when the one before is answered. */
export async function openHttp(target: Target, path: string): Promise<Link> {
  return new HttpLink(await Connection.open(target), target, path);
}

class HttpLink implements Link {
  onBody: (body: Buffer) => void = ignore;
  readonly #connection: Connection;
  readonly #target: Target;
  readonly #path: string;
  readonly #waiting: Buffer[] = [];
  #isAsking = false;
  #answer: Buffer | undefined;

  constructor(connection: Connection, target: Target, path: string) {
    this.#connection = connection;
    this.#target = target;
    this.#path = path;
    connection.onData((chunk) => this.#read(chunk));
  }

  encode(text: string): Buffer {
    const head = [
      `POST ${this.#path} HTTP/1.1`,
      `Host: 127.0.0.1:${this.#target.port}`,
      "Content-Type: application/json;charset=UTF-8",
      `Content-Length: ${Buffer.byteLength(text)}`,
    ].join("\r\n");
    return Buffer.from(head + END_OF_HEAD + text);
  }

  send(units: readonly Buffer[]): void {
    this.#waiting.push(...units);
    this.#askNext();
  }

  close(): void {
    this.#connection.close();
  }

  #askNext(): void {
    if (this.#isAsking) return;
    const next = this.#waiting.shift();
    if (next === undefined) return;
    this.#isAsking = true;
    this.#connection.write([next]);
  }

  #read(chunk: Buffer): void {
    const answer = this.#answer === undefined ? chunk : Buffer.concat([this.#answer, chunk]);
    const body = this.#bodyOf(answer);
    this.#answer = body === undefined ? answer : undefined;
    if (body === undefined) return;
    this.#isAsking = false;
    this.onBody(body);
    this.#askNext();
  }

  /** Undefined while the answer is not complete. */
  #bodyOf(answer: Buffer): Buffer | undefined {
    const end = answer.indexOf(END_OF_HEAD);
    if (end === -1) return undefined;
    const head = answer.toString("latin1", 0, end);
    const length = CONTENT_LENGTH.exec(head)?.[1];
    if (!head.startsWith("HTTP/1.1 200 ") || length === undefined) {
      this.#target.fail(new Error(`An answer that is not understood: ${head}`));
      return undefined;
    }
    const start = end + END_OF_HEAD.length;
    const isComplete = answer.length >= start + Number(length);
    return isComplete ? answer.subarray(start, start + Number(length)) : undefined;
  }
}

function ignore(): void {
  // Nobody listens yet.
}
