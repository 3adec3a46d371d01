import { CookieJar, type Peer, type PeerListener } from "@encke/adapter-testkit";
import type { Message } from "@encke/core";
import { onTestFinished } from "vitest";
import { until } from "../../http/support/until.ts";
import type { Said } from "../../support/talker.ts";
import { type Transport, WEB_SOCKET } from "./transports.ts";

export interface PageOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** The cookies of the browser that the page is in. @default those of a browser of its own */
  readonly jar?: CookieJar;
}

/**
 * The other end of the wire: sends what a test tells it to, and keeps all that comes back. It adds ids and
 * the client id, and knows nothing else of the protocol.
 */
export class Page implements PeerListener {
  readonly jar: CookieJar;
  /** Each HTTP answer, or each frame, in the order in which they came. */
  readonly answers: (readonly Message[])[] = [];
  /** HTTP statuses and close codes by which something was refused. */
  readonly refusals: number[] = [];
  isClosed = false;
  clientId = "";
  readonly #connectionType: string;
  #peer: Peer | undefined;
  #lastId = 0;

  private constructor(jar: CookieJar, connectionType: string) {
    this.jar = jar;
    this.#connectionType = connectionType;
  }

  static async open(
    { open, connectionType }: Transport,
    url: string,
    { headers = {}, jar = new CookieJar() }: PageOptions = {},
  ): Promise<Page> {
    const page = new Page(jar, connectionType);
    page.peer = await open({ url }, page, { headers, jar });
    onTestFinished(() => page.peer.leave());
    return page;
  }

  get peer(): Peer {
    return this.#peer as Peer;
  }

  private set peer(peer: Peer) {
    this.#peer = peer;
  }

  /** True when it is on a WebSocket. */
  get isSocket(): boolean {
    return this.#connectionType === WEB_SOCKET.connectionType;
  }

  get messages(): readonly Message[] {
    return this.answers.flat();
  }

  /** What it was sent because it is subscribed. */
  get deliveries(): readonly Message[] {
    return this.messages.filter(({ successful }) => successful === undefined);
  }

  /** The data of {@link deliveries}. */
  get received(): readonly unknown[] {
    return this.deliveries.map(({ data }) => data);
  }

  onMessages(messages: readonly Message[]): void {
    this.answers.push(messages);
  }

  onRefused(code: number): void {
    this.refusals.push(code);
  }

  onClosed(): void {
    this.isClosed = true;
  }

  /** Sends one request as it is. */
  send(body: string | Uint8Array): void {
    this.peer.send([typeof body === "string" ? new TextEncoder().encode(body) : body]);
  }

  /** Sends messages, exactly as they are, in one request, and waits for the next answer or frame. */
  async exchange(...messages: readonly Said[]): Promise<readonly Message[]> {
    const before = this.answers.length;
    this.send(JSON.stringify(messages));
    await until(() => this.answers.length > before || this.refusals.length > 0);
    return this.answers[before] ?? [];
  }

  /** Sends messages of its client in one request. Returns their ids. */
  say(...messages: readonly Said[]): string[] {
    const { clientId } = this;
    const own = messages.map((message) => ({
      id: String(++this.#lastId),
      ...(clientId !== "" && { clientId }),
      ...message,
    }));
    this.send(JSON.stringify(own));
    return own.map(({ id }) => id);
  }

  /** The same, and waits for the replies, in the order of the messages. */
  async askAll(...messages: readonly Said[]): Promise<readonly Message[]> {
    return await this.replies(...this.say(...messages));
  }

  async ask(message: Said): Promise<Message> {
    const [reply] = await this.askAll(message);
    return reply as Message;
  }

  async replies(...ids: readonly string[]): Promise<readonly Message[]> {
    const refusals = this.refusals.length;
    await until(
      () => this.refusals.length > refusals || ids.every((id) => this.replyTo(id) !== undefined),
    );
    return ids.map((id) => {
      const reply = this.replyTo(id);
      if (reply === undefined) throw new Error(`Refused with ${this.refusals.at(-1)}.`);
      return reply;
    });
  }

  replyTo(id: string): Message | undefined {
    return this.messages.find((message) => message.id === id && message.successful !== undefined);
  }

  async handshake(fields: Said = {}): Promise<Message> {
    const reply = await this.ask({
      channel: "/meta/handshake",
      version: "1.0",
      supportedConnectionTypes: [this.#connectionType],
      ...fields,
    });
    this.clientId = reply.clientId ?? this.clientId;
    return reply;
  }

  async connect(fields: Said = {}): Promise<Message> {
    const [reply] = await this.replies(this.poll(fields));
    return reply as Message;
  }

  /** Sends a connect. Returns its id. */
  poll(fields: Said = {}): string {
    const connectionType = this.#connectionType;
    return this.say({ channel: "/meta/connect", connectionType, ...fields })[0] as string;
  }

  async subscribe(...patterns: readonly string[]): Promise<Message> {
    const subscription = patterns.length === 1 ? patterns[0] : patterns;
    return await this.ask({ channel: "/meta/subscribe", subscription });
  }

  async publish(channel: string, data: unknown): Promise<Message> {
    return await this.ask({ channel, data });
  }

  /** Polls as often as it takes, until it has received so many messages. */
  async receive(count: number): Promise<readonly unknown[]> {
    while (this.deliveries.length < count) {
      const answers = this.answers.length;
      this.poll();
      await until(() => this.deliveries.length >= count || this.answers.length > answers);
    }
    return this.received;
  }
}
