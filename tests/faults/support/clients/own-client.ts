import { CometClient, type SocketClass, type TransportFactory } from "@encke/client";
import { longPolling } from "@encke/client/long-polling";
import { streaming } from "@encke/client/streaming";
import { webSocket } from "@encke/client/websocket";
import { WebSocket } from "ws";
import { PATIENCE } from "../cluster.ts";
import { Ledger } from "../ledger.ts";
import type { Listener } from "./listener.ts";

const TRANSPORTS: Readonly<Record<OwnTransport, TransportFactory>> = {
  "long-polling": longPolling,
  websocket: webSocket,
  streaming,
};

export type OwnTransport = "long-polling" | "websocket" | "streaming";

/** `@encke/client`. */
export class OwnClient implements Listener {
  readonly ledger: Ledger;
  readonly #client: CometClient;

  constructor(url: string, transport: OwnTransport, ack: boolean) {
    const other = transport === "long-polling" ? "polling" : "socket";
    this.ledger = new Ledger(`@encke/client, ${transport}`, ack ? "acknowledging" : other);
    this.#client = new CometClient(url, {
      ...{ ack, transports: [TRANSPORTS[transport]], maxNetworkDelay: PATIENCE },
      backoff: (failures) => Math.min(failures, 10) * 20,
      world: { WebSocket: WebSocket as unknown as SocketClass },
    });
  }

  async open(patterns: readonly string[]): Promise<void> {
    const client = this.#client;
    client.addEventListener("message", ({ message: { channel, data } }) =>
      this.ledger.take(channel, data),
    );
    client.addEventListener("gap", ({ range }) => this.ledger.noteGap(range));
    client.listen("/meta/handshake", ({ successful }) => {
      if (successful === true) this.ledger.noteHandshake();
    });
    await client.connect();
    const subscribed = client.batch(() =>
      patterns.map((pattern) => client.subscribe(pattern, () => {}).ready),
    );
    await Promise.all(subscribed);
  }

  async close(): Promise<void> {
    await this.#client.disconnect();
  }
}
