import { Connection } from "./connection.ts";
import type { Link, Target } from "./wire.ts";

const END_OF_HEAD = "\r\n\r\n";
const CONTENT_LENGTH = /\r\ncontent-length: *(\d+)/i;
/** Milliseconds: node:http closes after 5 seconds. */
const OLD = 4_000;
const SET_COOKIE = /\r\nset-cookie: *([^;\r]+)/gi;

/** Where a client asks, and the cookies that it was given there, as a browser keeps them for all its connections. */
export interface Site {
  readonly target: Target;
  path: string;
  /** The value of the header `Cookie`; empty until the first answer has come. */
  cookies: string;
}

export function siteOf(target: Target, path: string): Site {
  return { target, path, cookies: "" };
}

/** One connection at a time, on which a request is sent when the one before is answered. */
export class HttpLink implements Link {
  onBody: (body: Buffer) => void = ignore;
  /** Called when everything that was asked has been answered. */
  onIdle: () => void = ignore;
  #connection: Connection;
  readonly #site: Site;
  readonly #waiting: Buffer[] = [];
  #isAsking = false;
  #isFirst = true;
  #isBroken = false;
  #usedAt = performance.now();
  #answer: Buffer | undefined;

  constructor(site: Site) {
    this.#site = site;
    this.#connection = this.#connect();
  }

  /** A POST. */
  encode(text: string): Buffer {
    const type = "Content-Type: application/json;charset=UTF-8";
    const length = `Content-Length: ${Buffer.byteLength(text)}`;
    return Buffer.from(this.#head("POST", [type, length]) + text);
  }

  encodeGet(): Buffer {
    return Buffer.from(this.#head("GET", []));
  }

  send(units: readonly Buffer[]): void {
    this.#waiting.push(...units);
    this.#askNext();
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

  #connect(): Connection {
    const { target } = this.#site;
    const connection = new Connection(target, (cause) => {
      this.#isBroken = true;
      if (this.#isAsking) target.fail(cause);
    });
    connection.onData((chunk) => this.#read(chunk));
    return connection;
  }

  /** Servers close a connection on which nothing was asked for some seconds. */
  #renewWhenOld(): void {
    const now = performance.now();
    const isOld = this.#isBroken || now - this.#usedAt > OLD;
    this.#usedAt = now;
    if (!isOld) return;
    this.#connection.close();
    this.#isBroken = false;
    this.#connection = this.#connect();
  }

  #head(method: string, headers: readonly string[]): string {
    const { path, target, cookies } = this.#site;
    const lines = [`${method} ${path} HTTP/1.1`, `Host: 127.0.0.1:${target.port}`, ...headers];
    if (cookies !== "") lines.push(`Cookie: ${cookies}`);
    return lines.join("\r\n") + END_OF_HEAD;
  }

  #askNext(): void {
    if (this.#isAsking) return;
    const next = this.#waiting.shift();
    if (next === undefined) return;
    this.#renewWhenOld();
    this.#isAsking = true;
    this.#connection.write([next]);
  }

  #read(chunk: Buffer): void {
    const answer = this.#answer === undefined ? chunk : Buffer.concat([this.#answer, chunk]);
    const body = this.#bodyOf(answer);
    this.#answer = body === undefined ? Buffer.from(answer) : undefined;
    if (body === undefined) return;
    this.#isAsking = false;
    this.#usedAt = performance.now();
    this.onBody(body);
    this.#askNext();
    if (!this.#isAsking) this.onIdle();
  }

  /** Undefined while the answer is not complete. */
  #bodyOf(answer: Buffer): Buffer | undefined {
    const end = answer.indexOf(END_OF_HEAD);
    if (end === -1) return undefined;
    const head = answer.toString("latin1", 0, end);
    const length = CONTENT_LENGTH.exec(head)?.[1];
    if (!head.startsWith("HTTP/1.1 200 ") || length === undefined) {
      this.#site.target.fail(new Error(`An answer that is not understood: ${head}`));
      return undefined;
    }
    if (this.#isFirst) this.#keepCookies(head);
    const start = end + END_OF_HEAD.length;
    const isComplete = answer.length >= start + Number(length);
    return isComplete ? answer.subarray(start, start + Number(length)) : undefined;
  }

  #keepCookies(head: string): void {
    this.#isFirst = false;
    const given = [...head.matchAll(SET_COOKIE)].map(([, cookie]) => cookie);
    if (given.length > 0) this.#site.cookies = given.join("; ");
  }
}

function ignore(): void {
  // Nobody listens yet.
}
