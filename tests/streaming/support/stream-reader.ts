import {
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestOptions,
  request,
} from "node:http";
import type { Message } from "@encke/core";
import { onTestFinished } from "vitest";
import { until } from "../../http/support/until.ts";

export interface EventRead {
  readonly event?: string;
  readonly id?: string;
  readonly retry?: string;
  readonly data?: string;
}

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

  /** The events that are whole, with their fields. */
  get events(): readonly EventRead[] {
    return this.text.split("\n\n").slice(0, -1).map(readEvent);
  }

  /** What the events say that an EventSource hands to its page as messages. */
  get told(): readonly Message[] {
    return this.events
      .filter(({ event, data }) => event === undefined && data !== undefined)
      .flatMap(({ data }) => JSON.parse(data as string) as Message[]);
  }

  /** The data of what was delivered by events. */
  get toldData(): readonly unknown[] {
    return dataOf(this.told);
  }

  /** What an EventSource would say when it comes back. */
  get lastId(): string | undefined {
    return this.events.findLast(({ id }) => id !== undefined)?.id;
  }

  /** What the lines say, each of which is an array. */
  get messages(): readonly Message[] {
    return this.lines.flatMap((line) => JSON.parse(line) as Message[]);
  }

  /** The data of what was delivered. */
  get received(): readonly unknown[] {
    return dataOf(this.messages);
  }

  pause(): void {
    this.response.pause();
  }

  /** Reads on, while it is paused, until it has read so many characters. */
  takeUpTo(count: number): void {
    while (this.text.length < count && this.response.read() !== null);
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

function readEvent(block: string): EventRead {
  return Object.fromEntries(block.split("\n").map((line) => line.split(/: (.*)/, 2)));
}

function dataOf(messages: readonly Message[]): readonly unknown[] {
  return messages.filter(({ successful }) => successful === undefined).map(({ data }) => data);
}
