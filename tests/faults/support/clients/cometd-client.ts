import { AckExtension, CometD, type LogLevel, type Message } from "cometd";
import { adapt } from "cometd-nodejs-client";
import { PATIENCE } from "../cluster.ts";
import { Ledger } from "../ledger.ts";
import type { Listener } from "./listener.ts";

// Once: each time empties the jar of cookies that all clients of this process share.
adapt();

/**
 * One after the other at each cluster: who has no cookie yet is given one, and the jar keeps the last. On several nodes, those
 * who come at once are given several, and all but one of them would be refused.
 */
const turns = new Map<string, Promise<void>>();

interface Ext {
  readonly gap?: unknown;
}

/** Milliseconds that its first requests may take, which are many, and of all clients at once. */
const OPENING = 20_000;

export type CometdTransport = "long-polling" | "websocket";

/** The `cometd` package with its own extension for acknowledgements. */
export class CometdClient implements Listener {
  readonly ledger: Ledger;
  readonly #url: string;
  readonly #client = new CometD();

  constructor(url: string, transport: CometdTransport) {
    this.#url = url;
    this.ledger = new Ledger(`cometd, ${transport}`, "acknowledging");
    const client = this.#client;
    for (const type of client.getTransportTypes()) {
      if (type !== transport) client.unregisterTransport(type);
    }
    client.configure({
      ...{ url, logLevel: "error" as LogLevel, maxNetworkDelay: OPENING },
      ...{ backoffIncrement: 20, maxBackoff: 200 },
    });
    client.registerExtension("ack", new AckExtension());
    // Before it is told to each subscription that it matches.
    client.registerExtension("ledger", { incoming: (message) => this.#see(message) });
  }

  async open(patterns: readonly string[]): Promise<void> {
    const opened = Promise.resolve(turns.get(this.#url)).then(() => this.#open(patterns));
    turns.set(
      this.#url,
      opened.catch(() => undefined),
    );
    await opened;
  }

  async #open(patterns: readonly string[]): Promise<void> {
    const client = this.#client;
    await new Promise<void>((resolve) => {
      // Each time: what was subscribed to before was that of a client which is forgotten.
      client.addListener("/meta/handshake", (reply) => {
        if (reply.successful === true) this.#subscribe(patterns).then(resolve, () => undefined);
      });
      client.handshake();
    });
    client.configure({ url: this.#url, maxNetworkDelay: PATIENCE });
  }

  async close(): Promise<void> {
    await new Promise<Message>((reply) => this.#client.disconnect({}, reply));
  }

  async #subscribe(patterns: readonly string[]): Promise<void> {
    const subscribed: Promise<void>[] = [];
    this.#client.batch(() => {
      for (const pattern of patterns) {
        subscribed.push(
          successful((reply) => this.#client.subscribe(pattern, () => undefined, reply)),
        );
      }
    });
    await Promise.all(subscribed);
  }

  #see(message: Message): Message {
    const { channel, data, successful, ext } = message;
    if (channel === "/meta/handshake" && successful) this.ledger.noteHandshake();
    if (channel === "/meta/connect") this.ledger.noteGap((ext as Ext | undefined)?.gap);
    if (!channel.startsWith("/meta/") && data !== undefined) this.ledger.take(channel, data);
    return message;
  }
}

function successful(ask: (reply: (message: Message) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    ask((message) => {
      if (message.successful === true) resolve();
      else reject(new Error(`refused: ${JSON.stringify(message)}`));
    });
  });
}
