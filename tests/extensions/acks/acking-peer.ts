import type { Message } from "@encke/core";
import type { FakeResponder } from "../../support/fake-responder.ts";
import { deliveriesIn, Talker } from "../../support/talker.ts";
import type { World } from "../../support/world.ts";

interface Connect {
  readonly world: World;
  readonly responder: FakeResponder;
  /** How much of what was written for it has reached the client. */
  read: number;
}

/** A client that acknowledges like npm `cometd`: it has one connect at a time, and says with each how far it has got. */
export class AckingPeer {
  readonly received: unknown[] = [];
  readonly faults: string[] = [];
  #clientId = "";
  #batch = 0;
  #open: Connect | undefined;
  /** All that it has ever sent, the newest first. */
  readonly #connects: Connect[] = [];

  get clientId(): string {
    return this.#clientId;
  }

  async begin(world: World, patterns: readonly string[]): Promise<void> {
    const talker = new Talker(world.comet);
    const reply = await world.reply(talker.handshake({ ext: { ack: true } }));
    if (reply.ext?.ack !== true) this.faults.push("it was not offered to acknowledge");
    this.#clientId = reply.clientId as string;
    talker.clientId = this.#clientId;
    await world.answer(talker.subscribe(...patterns));
  }

  /** Gives up the connect that is open, of which the server learns nothing, and sends another. */
  connect(world: World, by: "poll" | "stream"): void {
    const { responder } = this.#talker(world)[by]({ ext: { ack: this.#batch } });
    this.#open = { world, responder, read: 0 };
    this.#connects.unshift(this.#open);
  }

  /** Not a connect, and without an answer that matters. */
  say(world: World): void {
    this.#talker(world).subscribe("/unused");
  }

  /** What was written for the connect that is open arrives. */
  read(): void {
    const open = this.#open;
    if (open === undefined || open.responder.wasAborted) return;
    const { batches } = open.responder;
    while (open.read < batches.length) {
      const messages = JSON.parse(batches[open.read++]?.json as string) as Message[];
      for (const message of messages) this.#handle(message);
    }
  }

  /** The server takes an exchange's answer for sent, or for lost, wherever it has got. */
  settle(index: number, wasSent: boolean): void {
    const connect = this.#connects[index % Math.max(1, this.#connects.length)];
    if (connect === undefined) return;
    if (wasSent) {
      if (connect.responder.isUnsettled) connect.responder.flush();
      return;
    }
    if (this.#open === connect) this.#open = undefined;
    connect.responder.leave();
  }

  /** Nothing that this world wrote can arrive any more. */
  loseSight(world: World): void {
    if (this.#open?.world === world) this.#open = undefined;
  }

  #talker(world: World): Talker {
    const talker = new Talker(world.comet);
    talker.clientId = this.#clientId;
    return talker;
  }

  #handle(message: Message): void {
    for (const { data } of deliveriesIn([message])) this.received.push(data);
    if (message.channel !== "/meta/connect") return;
    this.#open = undefined;
    if (message.successful !== true) {
      // What the store does not answer in time, or a node that is going, is no reason to begin anew.
      if (message.advice?.reconnect === "handshake")
        this.faults.push(`it is lost: ${message.error}`);
      return;
    }
    const position = message.ext?.ack;
    if (typeof position === "number") this.#batch = position;
  }
}
