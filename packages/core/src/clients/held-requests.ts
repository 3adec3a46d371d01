import type { ICometAsyncResult } from "../exchange/comet-async-result.ts";
import type { Ports } from "../ports/ports.ts";
import type { TimerWheel } from "../ports/timer-wheel.ts";
import { Batch } from "../protocol/batch.ts";
import { encodeMessage } from "../protocol/encode.ts";
import type { Advice, Message } from "../protocol/message.ts";
import type { LocalClient } from "./client.ts";
import { Deliveries, type IDeliveryObserver } from "./deliveries.ts";
import type { Occupancy } from "./occupancy.ts";
import type { Pace } from "./pace.ts";
import type { HeldConnect } from "./ways-out.ts";

/**
 * For a page whose connect was displaced by another page's: milliseconds after which it comes back, so that
 * the two do not chase each other.
 */
const DISPLACED: Advice = { reconnect: "retry", interval: 2_000, "multiple-clients": true };

export interface HeldRequestsParts {
  readonly ports: Ports;
  readonly wheel: TimerWheel;
  readonly pace: Pace;
  readonly occupancy: Occupancy;
}

/** The connects that wait for messages: at most one for each client. */
export class HeldRequests {
  readonly deliveries: Deliveries;
  readonly #wheel: TimerWheel;
  readonly #pace: Pace;
  readonly #occupancy: Occupancy;
  #size = 0;

  constructor(
    { ports, wheel, pace, occupancy }: HeldRequestsParts,
    observer: Omit<IDeliveryObserver, "onReleased">,
  ) {
    this.#wheel = wheel;
    this.#pace = pace;
    this.#occupancy = occupancy;
    this.deliveries = new Deliveries(ports, wheel, {
      ...observer,
      onReleased: (client) => this.#released(client),
    });
  }

  /** How many connects are held. */
  get size(): number {
    return this.#size;
  }

  /** Holds the connect for at most `ms` milliseconds. An older one of the client is answered first. */
  hold(client: LocalClient, connect: HeldConnect, ms: number): void {
    const { result } = connect;
    this.displace(client);
    client.held = connect;
    this.#size++;
    this.#occupancy.occupy(client);
    this.#wheel.set(client.timer, ms);
    result.begin(
      () => this.#abandon(client, result),
      // All that is kept for each held connect is copied by the garbage collector.
      result.isStreaming ? () => this.deliveries.mark(client) : undefined,
    );
    // Looked at after holding, so that a message that came in between still finds the held connect.
    this.deliveries.deliver(client);
  }

  /**
   * A newer connect of the client has come. Answers the older one, and takes back an answer that has not
   * left yet: a peer that asks again has not got it.
   */
  displace(client: LocalClient): void {
    this.deliveries.abort(client);
    const { held } = client;
    if (held === undefined) return;
    client.held = undefined;
    const reply = encodeMessage({ ...held.reply, advice: DISPLACED });
    held.result.completeRequestWithMessages(new Batch([reply]));
    this.#released(client);
  }

  /**
   * A newer connect of the client is to be answered: older ones are done with, and who acknowledges has got what it
   * acknowledged, and nothing more. To be called when nothing comes between this and the answer, or the holding.
   */
  supersede(client: LocalClient): void {
    this.displace(client);
    if (client.acknowledges && client.stream === undefined) this.deliveries.askAgain(client);
  }

  /** Answers the held connect, if there is one, with what waits for the client. */
  release(client: LocalClient, changes?: Partial<Message>): void {
    this.deliveries.release(client, changes);
  }

  /** The client was heard of: it may be away for the full time again. */
  keepAlive(client: LocalClient): void {
    if (!client.isHeld && client.isAlive) {
      this.#wheel.set(client.timer, this.#pace.expiryOf(client));
    }
  }

  /** Leaves nothing of the client behind: no timer, no open exchange. */
  drop(client: LocalClient, changes: Partial<Message>): void {
    // Only what is older: the last word to the client may still be on its way when this is done. Where the client goes on elsewhere,
    // what it does not acknowledge counts as arrived.
    if (!client.isElsewhere || client.acknowledges) this.deliveries.abort(client);
    this.release(client, changes);
    this.#wheel.clear(client.timer);
    if (client.renewal !== undefined) this.#wheel.clear(client.renewal);
    if (client.lazy !== undefined) this.#wheel.clear(client.lazy);
  }

  #abandon(client: LocalClient, result: ICometAsyncResult): void {
    if (client.held?.result !== result) return;
    client.held = undefined;
    this.#released(client);
  }

  #released(client: LocalClient): void {
    this.#size--;
    this.#occupancy.vacate(client);
    this.keepAlive(client);
  }
}
