import type { Message } from "@encke/core";
import { StreamReader } from "./stream-reader.ts";

/** A Bayeux client that says what it has to say by ordinary requests. */
export class StreamClient {
  readonly url: string;
  readonly id: string;
  /** The cookie that its browser was given. */
  readonly cookie: string;

  private constructor(url: string, id: string, cookie: string) {
    this.url = url;
    this.id = id;
    this.cookie = cookie;
  }

  /** One that has shaken hands, and is subscribed to the channels. */
  static async open(url: string, ...channels: readonly string[]): Promise<StreamClient> {
    const response = await post(url, {
      channel: "/meta/handshake",
      version: "1.0",
      supportedConnectionTypes: ["streaming", "eventsource", "polling", "long-polling"],
    });
    const [reply] = (await response.json()) as [Message];
    const cookie = response.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
    const client = new StreamClient(url, reply.clientId ?? "", cookie);
    for (const subscription of channels) {
      await client.ask({ channel: "/meta/subscribe", subscription });
    }
    return client;
  }

  /** One that has had its first connect, which is answered at once. */
  static async connected(url: string, ...channels: readonly string[]): Promise<StreamClient> {
    const client = await StreamClient.open(url, ...channels);
    await client.connect();
    return client;
  }

  /** Sends one message, and resolves with all that comes back. */
  async askAll(message: Partial<Message>): Promise<readonly Message[]> {
    const response = await post(this.url, { ...message, clientId: this.id }, this.cookie);
    return (await response.json()) as readonly Message[];
  }

  /** Sends one message, and resolves with its reply. */
  async ask(message: Partial<Message>): Promise<Message> {
    return (await this.askAll(message)).at(-1) as Message;
  }

  /** Sends a connect that is answered at once. */
  async connect(connectionType = "streaming"): Promise<Message> {
    return await this.ask({ channel: "/meta/connect", connectionType });
  }

  /** Sends a connect of which the answer is a stream. */
  async lines(headers: Readonly<Record<string, string>> = {}): Promise<StreamReader> {
    const connect = { channel: "/meta/connect", connectionType: "streaming", clientId: this.id };
    return await StreamReader.post(this.url, connect, { cookie: this.cookie, ...headers });
  }

  /** Opens its stream of events. */
  async events(headers: Readonly<Record<string, string>> = {}): Promise<StreamReader> {
    return await StreamReader.get(`${this.url}/${this.id}`, { cookie: this.cookie, ...headers });
  }

  /** The same, as an EventSource does whose stream has ended. */
  async eventsAfter({ lastId }: StreamReader): Promise<StreamReader> {
    return await this.events(lastId === undefined ? {} : { "last-event-id": lastId });
  }
}

async function post(url: string, message: object, cookie = ""): Promise<Response> {
  return await fetch(url, {
    method: "POST",
    body: JSON.stringify(message),
    headers: cookie === "" ? {} : { cookie },
  });
}
