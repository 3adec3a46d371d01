import type { Message } from "@encke/core";
import { exchange, insist } from "./bayeux.ts";
import { HOLD } from "./cluster.ts";

/** Milliseconds after which a connect is given up and tried elsewhere. */
const PATIENCE = HOLD * 2;

/** A client that acknowledges what it has got, and sends each request to whichever node it is given. */
export class AckingClient {
  /** For each channel what came, in the order in which it came. */
  readonly received = new Map<string, number[]>();
  /** What should not have happened. */
  readonly faults: string[] = [];
  readonly #node: () => string;
  #clientId = "";
  #ack = 0;
  #isOpen = true;
  #polling: Promise<void> = Promise.resolve();

  /** `node`: where the next request goes. */
  constructor(node: () => string) {
    this.#node = node;
  }

  get count(): number {
    return [...this.received.values()].reduce((sum, { length }) => sum + length, 0);
  }

  async open(pattern: string): Promise<void> {
    const [shaken] = await this.#send([
      {
        channel: "/meta/handshake",
        version: "1.0",
        supportedConnectionTypes: ["long-polling"],
        ext: { ack: true },
      },
    ]);
    this.#clientId = shaken?.clientId ?? "";
    const subscription = pattern;
    const [subscribed] = await this.#send([
      { channel: "/meta/subscribe", clientId: this.#clientId, subscription },
    ]);
    if (subscribed?.successful !== true) this.faults.push(JSON.stringify(subscribed));
    this.#polling = this.#poll();
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    await this.#polling;
  }

  async #poll(): Promise<void> {
    while (this.#isOpen) {
      const answer = await this.#send([
        {
          channel: "/meta/connect",
          clientId: this.#clientId,
          connectionType: "long-polling",
          ext: { ack: this.#ack },
        },
      ]).catch(() => []);
      for (const message of answer) this.#take(message);
    }
  }

  #take({ channel, data, successful, ext, error, advice }: Message): void {
    if (channel !== "/meta/connect") {
      const numbers = this.received.get(channel) ?? [];
      numbers.push(data as number);
      this.received.set(channel, numbers);
      return;
    }
    if (successful === true && typeof ext?.ack === "number") this.#ack = ext.ack;
    if (ext?.gap !== undefined) this.faults.push(`gap ${JSON.stringify(ext.gap)}`);
    if (advice?.reconnect === "handshake") {
      this.faults.push(`sent away: ${error}`);
      this.#isOpen = false;
    }
  }

  #send(messages: readonly object[]): Promise<readonly Message[]> {
    return insist(
      () => exchange(this.#node(), messages, PATIENCE),
      () => this.#isOpen,
    );
  }
}
