import type { ICometAsyncResult } from "../exchange/comet-async-result.ts";
import type { TimerWheel } from "../ports/timer-wheel.ts";
import { Batch } from "../protocol/batch.ts";
import { encodeMessage } from "../protocol/encode.ts";
import type { Message } from "../protocol/message.ts";
import type { LocalClient } from "./client.ts";
import type { HeldRequests } from "./held-requests.ts";
import type { Occupancy } from "./occupancy.ts";

/** For a page whose stream was displaced by another one of the same client. */
const DISPLACED: Partial<Message> = {
  advice: { reconnect: "retry", interval: 2_000, "multiple-clients": true },
};

/** The ways out that clients have beside their connects: at most one for each. */
export class Streams {
  readonly #held: HeldRequests;
  readonly #wheel: TimerWheel;
  readonly #occupancy: Occupancy;
  #size = 0;

  constructor(held: HeldRequests, wheel: TimerWheel, occupancy: Occupancy) {
    this.#occupancy = occupancy;
    this.#held = held;
    this.#wheel = wheel;
  }

  /** How many are open. */
  get size(): number {
    return this.#size;
  }

  /** From now on the client's messages leave here. What was open for it before is answered. */
  open(client: LocalClient, result: ICometAsyncResult, transport: string): void {
    if (!result.isOpen) {
      // The peer was there until now.
      this.#held.keepAlive(client);
      return;
    }
    this.displace(client);
    // How far an earlier stream has brought it, nobody has said.
    this.#held.deliveries.streamAgain(client);
    client.stream = { result, transport };
    this.#size++;
    this.#occupancy.occupy(client);
    this.#wheel.clear(client.timer);
    result.begin(
      () => this.#abandon(client, result),
      () => this.#held.deliveries.mark(client),
    );
    // Looked at after it is open, so that a message that came in between still finds it.
    this.#held.deliveries.deliver(client);
  }

  /** Another way out takes the place of the one that is open: messages wait for it. */
  displace(client: LocalClient): void {
    this.#complete(client, DISPLACED);
    this.#held.displace(client);
  }

  /** Ends the stream, if there is one, with what waits for the client. What it is to know, it reads in a reply to a connect. */
  end(client: LocalClient, changes?: Partial<Message>): void {
    if (client.stream === undefined) return;
    this.#held.deliveries.deliver(client);
    this.#complete(client, changes);
  }

  #complete(client: LocalClient, changes?: Partial<Message>): void {
    const { stream } = client;
    if (stream === undefined) return;
    this.#forget(client);
    const lastWord = changes && [encodeMessage({ ...LAST_WORD, clientId: client.id, ...changes })];
    stream.result.completeRequestWithMessages(new Batch(lastWord ?? []));
    this.#occupancy.vacate(client);
    this.#held.keepAlive(client);
  }

  #abandon(client: LocalClient, result: ICometAsyncResult): void {
    if (client.stream?.result !== result) return;
    this.#forget(client);
    this.#occupancy.vacate(client);
    this.#held.keepAlive(client);
  }

  #forget(client: LocalClient): void {
    client.stream = undefined;
    this.#size--;
  }
}

const LAST_WORD: Message = { channel: "/meta/connect", successful: true };
