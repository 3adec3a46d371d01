import type { Message } from "@encke/core";
import type { CookieJar } from "./cookie-jar.ts";
import { expectThat, within } from "./expectations.ts";
import type { Peer, PeerListener } from "./peer.ts";

interface Watch {
  look(): void;
}

/** A Bayeux client that keeps all it is told, for the cases to look at. */
export class TestClient implements PeerListener {
  readonly jar: CookieJar;
  /** Everything that has come, in order. */
  readonly messages: Message[] = [];
  readonly #connectionType: string;
  readonly #patience: number;
  readonly #watches = new Set<Watch>();
  #peer: Peer | undefined;
  #clientId: string | undefined;
  #lastId = 0;
  #refusal: number | undefined;
  #isClosed = false;

  constructor(jar: CookieJar, connectionType: string, patience: number) {
    this.jar = jar;
    this.#connectionType = connectionType;
    this.#patience = patience;
  }

  get peer(): Peer {
    expectThat(this.#peer !== undefined, "the client has not been opened");
    return this.#peer;
  }

  set peer(peer: Peer) {
    this.#peer = peer;
  }

  /** The id that its handshake gave it. */
  get id(): string {
    expectThat(this.#clientId !== undefined, "the client has not shaken hands");
    return this.#clientId;
  }

  set id(id: string) {
    this.#clientId = id;
  }

  /** True once the server has closed its connection. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** What it was sent because it is subscribed. */
  get deliveries(): readonly Message[] {
    return this.messages.filter(({ successful }) => successful === undefined);
  }

  onMessages(messages: readonly Message[]): void {
    this.messages.push(...messages);
    this.#look();
  }

  onRefused(code: number): void {
    this.#refusal = code;
    this.#look();
  }

  onClosed(): void {
    this.#isClosed = true;
    this.#look();
  }

  /** Sends what is not a request, or not a good one. */
  sendRaw(...pieces: readonly (string | Uint8Array)[]): void {
    const encoder = new TextEncoder();
    this.peer.send(
      pieces.map((piece) => (typeof piece === "string" ? encoder.encode(piece) : piece)),
    );
  }

  /** Sends the messages, each with an id, as one request, and waits for the replies, which it returns in order of the messages. */
  async request(...messages: readonly Message[]): Promise<readonly Message[]> {
    const numbered = messages.map((message) => this.withId(message));
    this.sendRaw(JSON.stringify(numbered));
    return await this.replies(numbered);
  }

  /** The replies to messages that were sent already. */
  async replies(requests: readonly Message[]): Promise<readonly Message[]> {
    const what = `the replies to ${requests.map(({ channel }) => channel).join(", ")}`;
    return await this.until(() => {
      expectThat(this.#refusal === undefined, `${what}: refused with ${this.#refusal}`);
      const replies = requests.map((request) => this.#replyTo(request));
      return replies.every((reply) => reply !== undefined) ? replies : undefined;
    }, what);
  }

  withId(message: Message): Message {
    return { ...message, id: `${++this.#lastId}` };
  }

  async handshake(): Promise<Message> {
    const reply = await this.#ask({
      channel: "/meta/handshake",
      version: "1.0",
      supportedConnectionTypes: [this.#connectionType],
    });
    if (reply.clientId !== undefined) this.#clientId = reply.clientId;
    return reply;
  }

  async connect(): Promise<Message> {
    const { id: clientId } = this;
    const connectionType = this.#connectionType;
    return await this.#ask({ channel: "/meta/connect", clientId, connectionType });
  }

  /** Sends a connect for what it brings. Its reply, which may come much later, is nobody's concern. */
  poll(): void {
    this.connect().catch(() => undefined);
  }

  async subscribe(subscription: string): Promise<Message> {
    return await this.#ask({ channel: "/meta/subscribe", clientId: this.id, subscription });
  }

  async publish(channel: string, data: unknown): Promise<Message> {
    return await this.#ask({ channel, clientId: this.id, data });
  }

  /** Waits until something was delivered, and returns its data. */
  async delivery(isIt: (data: unknown) => boolean = () => true): Promise<unknown> {
    return await this.until(
      () => this.deliveries.find(({ data }) => isIt(data)),
      "a delivery",
    ).then(({ data }) => data);
  }

  /** Waits until the adapter has refused something, and returns the status or code. */
  async refusal(): Promise<number> {
    return await this.until(() => this.#refusal, "a refusal");
  }

  async closed(): Promise<void> {
    await this.until(() => this.#isClosed || undefined, "the end of the connection");
  }

  /** Waits until `find` finds something in what the client has been told. */
  async until<T>(find: () => T | undefined, what: string): Promise<T> {
    let watch: Watch | undefined;
    const found = new Promise<T>((resolve, reject) => {
      watch = { look: () => settle(find, resolve, reject) };
      this.#watches.add(watch);
      watch.look();
    });
    try {
      return await within(this.#patience, found, what);
    } finally {
      if (watch !== undefined) this.#watches.delete(watch);
    }
  }

  async #ask(message: Message): Promise<Message> {
    const [reply] = await this.request(message);
    return reply as Message;
  }

  #replyTo({ channel, id }: Message): Message | undefined {
    return this.messages.find(
      (message) =>
        message.channel === channel && message.id === id && message.successful !== undefined,
    );
  }

  #look(): void {
    for (const watch of this.#watches) watch.look();
  }
}

function settle<T>(
  find: () => T | undefined,
  resolve: (value: T) => void,
  reject: (cause: unknown) => void,
): void {
  try {
    const value = find();
    if (value !== undefined) resolve(value);
  } catch (cause) {
    reject(cause);
  }
}
