import type { IncomingMessage } from "node:http";
import type { Message } from "@encke/core";
import { onTestFinished } from "vitest";
import { type ClientOptions, WebSocket } from "ws";
import { until } from "../../http/support/until.ts";

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** Test servers over TLS have a certificate that nobody signed. */
const TRUSTING: ClientOptions = { rejectUnauthorized: false };

/** A WebSocket of a well-behaved peer, and everything that came in on it. */
export class BrowserSocket {
  readonly webSocket: WebSocket;
  readonly messages: Message[] = [];
  /** The answer to the upgrade request. */
  readonly upgrade: Promise<IncomingMessage>;
  readonly closed: Promise<Closed>;
  clientId = "";
  #lastId = 0;
  #isClosed = false;

  private constructor(webSocket: WebSocket) {
    this.webSocket = webSocket;
    onTestFinished(() => webSocket.terminate());
    webSocket.on("message", (data) => {
      this.messages.push(...(JSON.parse(String(data)) as Message[]));
    });
    webSocket.on("error", () => undefined);
    this.upgrade = new Promise((resolve) => webSocket.once("upgrade", resolve));
    this.closed = new Promise((resolve) =>
      webSocket.once("close", (code, reason) => {
        this.#isClosed = true;
        resolve({ code, reason: String(reason) });
      }),
    );
  }

  static async open(url: string, options: ClientOptions = {}): Promise<BrowserSocket> {
    const socket = new BrowserSocket(new WebSocket(url, options));
    await new Promise((resolve) => socket.webSocket.once("open", resolve));
    return socket;
  }

  /** One that has shaken hands, is connected, and is subscribed to the channels. */
  static async connected(url: string, ...channels: readonly string[]): Promise<BrowserSocket> {
    const socket = await BrowserSocket.open(url, TRUSTING);
    await socket.handshake();
    for (const subscription of channels) await socket.ask("/meta/subscribe", { subscription });
    await socket.connect();
    return socket;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** What it was sent because it is subscribed. */
  get deliveries(): readonly unknown[] {
    return this.messages
      .filter(({ successful }) => successful === undefined)
      .map(({ data }) => data);
  }

  send(frame: string | Buffer): void {
    this.webSocket.send(frame);
  }

  /** Sends one message and waits for its reply. */
  async ask(channel: string, fields: Partial<Message> = {}): Promise<Message> {
    const id = this.say(channel, fields);
    await until(() => this.replyTo(id) !== undefined);
    return this.replyTo(id) as Message;
  }

  /** Sends one message. Returns its id. */
  say(channel: string, fields: Partial<Message> = {}): string {
    const id = `${++this.#lastId}`;
    const { clientId } = this;
    this.send(JSON.stringify([{ channel, id, ...(clientId !== "" && { clientId }), ...fields }]));
    return id;
  }

  replyTo(id: string): Message | undefined {
    return this.messages.find((message) => message.id === id);
  }

  async handshake(): Promise<Message> {
    const reply = await this.ask("/meta/handshake", {
      version: "1.0",
      supportedConnectionTypes: ["websocket"],
    });
    this.clientId = reply.clientId ?? "";
    return reply;
  }

  connect(): Promise<Message> {
    return this.ask("/meta/connect", { connectionType: "websocket" });
  }

  /** Sends a connect that is going to be held. Returns its id. */
  hold(): string {
    return this.say("/meta/connect", { connectionType: "websocket" });
  }
}

/** The HTTP status with which an upgrade is refused. */
export function refusalOf(url: string, options: ClientOptions = {}): Promise<number | undefined> {
  const webSocket = new WebSocket(url, options);
  return new Promise((resolve, reject) => {
    webSocket.once("unexpected-response", (_request, response) => {
      response.resume();
      resolve(response.statusCode);
    });
    webSocket.once("open", () => {
      webSocket.terminate();
      resolve(undefined);
    });
    webSocket.once("error", reject);
  });
}
