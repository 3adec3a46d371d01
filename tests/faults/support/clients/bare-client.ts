import type { Message } from "@encke/core";
import { exchange, insist } from "../bayeux.ts";
import { HOLD, PATIENCE } from "../cluster.ts";
import { Ledger } from "../ledger.ts";
import type { Listener } from "./listener.ts";

/** No library at all: a client that acknowledges, and sends each request to whichever node it is given. */
export class BareClient implements Listener {
  readonly ledger = new Ledger("bare HTTP, any node", "acknowledging");
  readonly #node: () => string;
  #clientId = "";
  #ack = 0;
  #isOpen = true;
  #polling: Promise<void> = Promise.resolve();

  /** `node`: where the next request goes. */
  constructor(node: () => string) {
    this.#node = node;
  }

  async open(patterns: readonly string[]): Promise<void> {
    const [shaken] = await this.#send([
      {
        channel: "/meta/handshake",
        version: "1.0",
        supportedConnectionTypes: ["long-polling"],
        ext: { ack: true },
      },
    ]);
    this.#clientId = shaken?.clientId ?? "";
    const subscription = patterns;
    const [subscribed] = await this.#send([
      { channel: "/meta/subscribe", clientId: this.#clientId, subscription },
    ]);
    if (subscribed?.successful !== true) this.ledger.troubles.push(JSON.stringify(subscribed));
    this.resume();
  }

  /** Ends the polls, and lets the client live. */
  async pause(): Promise<void> {
    this.#isOpen = false;
    await this.#polling;
  }

  resume(): void {
    this.#isOpen = true;
    this.#polling = this.#poll();
  }

  close(): Promise<void> {
    return this.pause();
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
      this.ledger.take(channel, data);
      return;
    }
    if (successful === true && typeof ext?.ack === "number") this.#ack = ext.ack;
    this.ledger.noteGap(ext?.gap);
    if (advice?.reconnect === "handshake") {
      this.ledger.troubles.push(`was sent away: ${error}`);
      this.#isOpen = false;
    }
  }

  #send(messages: readonly object[]): Promise<readonly Message[]> {
    return insist(
      () => exchange(this.#node(), messages, HOLD + PATIENCE),
      () => this.#isOpen,
    );
  }
}
