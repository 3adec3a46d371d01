import { createRequire } from "node:module";
import { insist } from "../bayeux.ts";
import { HOLD, PATIENCE } from "../cluster.ts";
import { Ledger, type Manner } from "../ledger.ts";
import type { Listener } from "./listener.ts";

interface FayeMessage {
  readonly channel: string;
  readonly data?: unknown;
  readonly successful?: boolean;
}

interface Faye {
  disable(feature: string): void;
  addExtension(extension: {
    incoming(message: FayeMessage, pass: (message: FayeMessage) => void): void;
  }): void;
  /** Of several patterns at once it would not tell when. */
  subscribe(pattern: string, listener: () => void): PromiseLike<void>;
  disconnect(): PromiseLike<void> | undefined;
}

/** The part of the `faye` package that is used here; it has no types of its own. */
interface FayeLibrary {
  readonly Client: new (
    url: string,
    options: { readonly retry: number; readonly timeout: number },
  ) => Faye;
}

const { Client } = createRequire(import.meta.url)("faye") as FayeLibrary;

/** Seconds. */
const TIMES = { retry: 0.1, timeout: (HOLD + PATIENCE) / 1_000 };
const OTHERS = ["eventsource", "cross-origin-long-polling", "callback-polling"];

export type FayeTransport = "long-polling" | "websocket";

const MANNERS: Readonly<Record<FayeTransport, Manner>> = {
  "long-polling": "polling",
  websocket: "socket",
};

/** The `faye` package, which has no acknowledgements. */
export class FayeClient implements Listener {
  readonly ledger: Ledger;
  readonly #client: Faye;

  constructor(url: string, transport: FayeTransport) {
    this.ledger = new Ledger(`faye, ${transport}`, MANNERS[transport]);
    this.#client = new Client(url, TIMES);
    for (const type of OTHERS) this.#client.disable(type);
    if (transport === "long-polling") this.#client.disable("websocket");
    this.#client.addExtension({
      incoming: (message, pass) => {
        this.#see(message);
        pass(message);
      },
    });
  }

  async open(patterns: readonly string[]): Promise<void> {
    // A handshake that took too long was repeated, and what was subscribed to as the first client is refused.
    const subscribe = async (pattern: string): Promise<void> =>
      insist(
        async () => this.#client.subscribe(pattern, () => {}),
        () => true,
      );
    await Promise.all(patterns.map(subscribe));
  }

  async close(): Promise<void> {
    await this.#client.disconnect();
  }

  #see({ channel, data, successful }: FayeMessage): void {
    if (channel === "/meta/handshake" && successful === true) this.ledger.noteHandshake();
    if (!channel.startsWith("/meta/") && data !== undefined) this.ledger.take(channel, data);
  }
}
