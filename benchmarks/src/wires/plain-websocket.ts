import { openWebSocket } from "./websocket-link.ts";
import type { Client, Link, Outgoing, Wire } from "./wire.ts";

/** What the first letter of a text asks of a plain server; the channel follows, and after a line feed the text. */
export const PLAIN = { subscribe: "s", publish: "p", publishForReceipt: "r" } as const;

/** No protocol but a letter: subscribe, publish, publish for a receipt. */
export const plainWebSocket: Wire = {
  async connect(target) {
    return new PlainClient(await openWebSocket(target, "/"));
  },
};

class PlainClient implements Client {
  readonly #link: Link;

  constructor(link: Link) {
    this.#link = link;
  }

  subscribe(channel: string): Promise<void> {
    return this.#ask(PLAIN.subscribe + channel);
  }

  stay(onBody: (body: Buffer) => void): void {
    this.#link.onBody = onBody;
  }

  publish(channel: string, texts: readonly string[]): void {
    this.publishTogether(texts.map((text) => ({ channel, text })));
  }

  publishTogether(messages: readonly Outgoing[]): void {
    this.#link.send(messages.map((one) => this.#link.encode(PLAIN.publish + payloadOf(one))));
  }

  publishForReceipt(channel: string, text: string): Promise<void> {
    return this.#ask(PLAIN.publishForReceipt + payloadOf({ channel, text }));
  }

  async disconnect(): Promise<void> {
    this.close();
  }

  pause(): void {
    this.#link.pause();
  }

  resume(): void {
    this.#link.resume();
  }

  close(): void {
    this.#link.close();
  }

  #ask(text: string): Promise<void> {
    return new Promise((resolve) => {
      this.#link.onBody = () => resolve();
      this.#link.send([this.#link.encode(text)]);
    });
  }
}

/** The text travels in JSON, as the application of such a server would write it. */
function payloadOf({ channel, text }: Outgoing): string {
  return `${channel}\n${JSON.stringify([{ channel, data: text }])}`;
}
