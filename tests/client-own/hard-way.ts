import { CometClient, type Message, type TransportFactory } from "@encke/client";
import { webSocket } from "@encke/client/websocket";
import type { IStore } from "@encke/core";
import { ack, replay } from "@encke/extensions";
import { expect, onTestFinished } from "vitest";
import type { EnckeServer } from "../clients/encke-server.ts";
import { soon } from "../clients/soon.ts";
import { serverWith } from "../extensions/support/real-client.ts";
import { FaultyProxy } from "../support/faulty-proxy.ts";
import { WORLD } from "./support.ts";
import { Witness } from "./witness.ts";

const DOWN = ["/down/one", "/down/two"] as const;
const UP = "/up/all";
/** Milliseconds for which a connect is held, and in which an answer has to come: what is dead is found out soon. */
const SOON = 300;

/** A client that publishes and receives through a proxy, and somebody who looks at what comes of it on the other side. */
export class HardWay {
  readonly server: EnckeServer;
  readonly proxy: FaultyProxy;
  readonly client: CometClient;
  readonly witness: Witness;
  /** The client goes by what happens to it. */
  readonly page: EventTarget;
  readonly #receipts: Promise<Message>[] = [];
  /** What has come on each channel. */
  readonly #received: (readonly unknown[])[] = [];
  #published = 0;
  #welcomesAtFirst = 0;

  private constructor(server: EnckeServer, proxy: FaultyProxy, transport: TransportFactory) {
    const random = seeded(1);
    this.server = server;
    this.proxy = proxy;
    this.page = new EventTarget();
    this.client = new CometClient(proxy.url, {
      ...{ transports: [transport], maxNetworkDelay: SOON },
      // Nothing is gained by waiting for long.
      world: { ...WORLD, page: this.page, random: () => random() / 50 },
    });
    this.witness = new Witness(this.client);
  }

  /** `makeStore` is called for each life of the server. */
  static async open(transport: TransportFactory, makeStore?: () => IStore): Promise<HardWay> {
    const server = await serverWith([ack(), replay()], { timeout: SOON }, makeStore);
    const proxy = await FaultyProxy.before(server.url);
    const way = new HardWay(server, proxy, transport);
    onTestFinished(() => way.client.disconnect());
    await way.#begin();
    return way;
  }

  /** How often somebody has shaken hands anew since it was opened. */
  get handshakes(): number {
    return this.server.welcomes.length - this.#welcomesAtFirst;
  }

  /** Has the server and the client publish as many messages on each channel. */
  async publish(count: number): Promise<void> {
    const end = this.#published + count;
    while (this.#published < end) {
      const data = this.#published++;
      const receipt = this.client.publish(UP, data);
      receipt.catch(() => undefined);
      this.#receipts.push(receipt);
      await Promise.all(DOWN.map((channel) => this.server.comet.publish(channel, data)));
    }
  }

  /** Waits until everything has arrived, and checks that it did so once, in order, and with the truth about it. */
  async arrived(): Promise<void> {
    const all = Array.from({ length: this.#published }, (_, n) => n);
    for (const received of this.#received) {
      await soon(() => received.length).toBeGreaterThanOrEqual(all.length);
    }
    const receipts = await Promise.allSettled(this.#receipts);
    expect(receipts.filter(({ status }) => status === "rejected")).toEqual([]);
    expect(this.#received).toEqual([all, all, all]);
    await soon(() => this.client.state).toBe("connected");
    expect(this.witness.lies).toEqual([]);
  }

  async #begin(): Promise<void> {
    await this.client.connect();
    for (const channel of DOWN) this.#received.push(await this.witness.follow(channel));
    this.#received.push(await this.#observe());
    this.#welcomesAtFirst = this.server.welcomes.length;
  }

  /** By a connection of its own, past the proxy. */
  async #observe(): Promise<readonly unknown[]> {
    const observer = new CometClient(this.server.url, {
      ...{ transports: [webSocket], maxNetworkDelay: SOON },
      world: { ...WORLD, random: () => 0.001 },
    });
    onTestFinished(() => observer.disconnect());
    await observer.connect();
    return new Witness(observer).follow(UP);
  }
}

/** Numbers from 0 to below 1 that look like chance, and are the same each time. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
