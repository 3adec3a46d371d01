import {
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestOptions,
  request,
} from "node:http";
import type { Message } from "@encke/core";
import { onTestFinished } from "vitest";
import { until } from "../../http/support/until.ts";

/** Reads one answer over HTTP/1 piece by piece, and keeps all that came. */
export class StreamReader {
  text = "";
  /** True when the answer has come to its end, as it should. */
  hasEnded = false;
  /** True when there is nothing more to come, for whatever reason. */
  isClosed = false;
  #response: IncomingMessage | undefined;
  readonly #answered: Promise<IncomingMessage>;

  private constructor(url: string, options: RequestOptions, body: string | undefined) {
    const outgoing = request(url, { agent: false, ...options });
    this.#answered = new Promise((resolve) => outgoing.once("response", resolve));
    outgoing.on("response", (response) => this.#read(response));
    outgoing.on("error", () => undefined);
    outgoing.on("close", () => {
      this.isClosed = true;
    });
    outgoing.end(body);
    onTestFinished(() => void outgoing.destroy());
  }

  /** Resolves with the head of the answer. */
  static async post(
    url: string,
    messages: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<StreamReader> {
    const reader = new StreamReader(url, { method: "POST", headers }, JSON.stringify(messages));
    await reader.#answered;
    return reader;
  }

  static async get(
    url: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<StreamReader> {
    const accept = "text/event-stream";
    const reader = new StreamReader(url, { headers: { accept, ...headers } }, undefined);
    await reader.#answered;
    return reader;
  }

  get response(): IncomingMessage {
    return this.#response as IncomingMessage;
  }

  get status(): number | undefined {
    return this.response.statusCode;
  }

  get headers(): IncomingHttpHeaders {
    return this.response.headers;
  }

  /** The lines that are whole. */
  get lines(): readonly string[] {
    return this.text.split("\n").slice(0, -1);
  }

  /** What the lines say, each of which is an array. */
  get messages(): readonly Message[] {
    return this.lines.flatMap((line) => JSON.parse(line) as Message[]);
  }

  /** The data of what was delivered. */
  get received(): readonly unknown[] {
    return this.messages
      .filter(({ successful }) => successful === undefined)
      .map(({ data }) => data);
  }

  pause(): void {
    this.response.pause();
  }

  /** Reads a little, while it is paused. */
  takeSome(): void {
    this.response.read(4 * 1_024);
  }

  resume(): void {
    this.response.resume();
  }

  /** Goes away without a word. */
  leave(): void {
    this.response.destroy();
  }

  async end(): Promise<void> {
    await until(() => this.isClosed);
  }

  #read(response: IncomingMessage): void {
    this.#response = response;
    response.setEncoding("utf8");
    response.on("data", (text: string) => {
      this.text += text;
    });
    response.on("end", () => {
      this.hasEnded = true;
    });
    response.on("error", () => undefined);
  }
}
