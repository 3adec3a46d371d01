import type { Batch, EncodedMessage, Message } from "@encke/core";
import { argumentOf } from "./binary-form.ts";
import { eventPacket, joinPackets, type Packet } from "./packets.ts";

/** Names that have a meaning of their own at the client: an event of such a name would end its connection, or mislead it. */
const RESERVED: ReadonlySet<string> = new Set([
  ...["connect", "connect_error", "disconnect", "disconnecting"],
  ...["newListener", "removeListener", "message"],
]);

/** What a message of the Comet is for the clients of a namespace. */
export interface Delivery {
  readonly packet: Packet;
  /** Where it may answer a call. */
  readonly answer?: Message;
}

/** What a batch is for the clients of a namespace, where it is the same for all of them. */
export interface SharedDelivery {
  readonly packet: Packet;
  /** The positions of its first message and of its last. Undefined: none of them has one. */
  readonly first?: number;
  readonly last?: number;
}

/** A namespace: what lies below it are its events. */
export class Namespace {
  readonly name: string;
  /** Channels and patterns that its clients are subscribed to when they connect. */
  readonly patterns: readonly string[];
  readonly #prefix: string;
  readonly #hasOffsets: boolean;
  /** One message is one object for all whom it goes to, and so is what is made of it. */
  readonly #deliveries = new WeakMap<EncodedMessage, Delivery>();
  /** Clients that get the same messages are handed one batch, too. */
  readonly #shared = new WeakMap<Batch, SharedDelivery | "each on its own">();

  constructor(name: string, events: readonly string[], hasOffsets: boolean) {
    this.name = name;
    this.#prefix = name === "/" ? "/" : `${name}/`;
    this.#hasOffsets = hasOffsets;
    this.patterns = events.map((event) => `${this.#prefix}${event}`);
  }

  /** The channel of an event. Undefined: an event of this name has none. */
  channelOf(event: string): string | undefined {
    return event === "" || event.includes("/") ? undefined : `${this.#prefix}${event}`;
  }

  /** The whole batch in one packet. Undefined: each message has to be looked at for each client. Made once for all clients. */
  sharedOf(batch: Batch): SharedDelivery | undefined {
    let shared = this.#shared.get(batch);
    if (shared === undefined) {
      shared = this.#share(batch.messages) ?? "each on its own";
      this.#shared.set(batch, shared);
    }
    return shared === "each on its own" ? undefined : shared;
  }

  /** Undefined: it is nothing for a Socket.IO client. Made once for all clients. */
  deliveryOf(message: EncodedMessage): Delivery | undefined {
    const known = this.#deliveries.get(message);
    if (known !== undefined) return known;
    const delivery = this.deliveryAt(message, message.position);
    if (delivery !== undefined) this.#deliveries.set(message, delivery);
    return delivery;
  }

  /** The same with another position, for one who has got further already. */
  deliveryAt({ json }: EncodedMessage, position: number | undefined): Delivery | undefined {
    const message = JSON.parse(json) as Message;
    if (message.channel.startsWith("/meta/")) return undefined;
    const event = this.#eventOf(message);
    const offset = this.#hasOffsets && position !== undefined ? [String(position)] : [];
    const packet = eventPacket(this.name, [...event, ...offset]);
    return message.id === undefined ? { packet } : { packet, answer: message };
  }

  #share(messages: readonly EncodedMessage[]): SharedDelivery | undefined {
    const packets: Packet[] = [];
    let first: number | undefined;
    let last: number | undefined;
    for (const message of messages) {
      const delivery = this.deliveryOf(message);
      if (delivery === undefined) continue;
      const { position } = message;
      // An answer is for one client, and an older message says another offset to one who has got further.
      const isOlder = position !== undefined && last !== undefined && position < last;
      if (delivery.answer !== undefined || isOlder) return undefined;
      packets.push(delivery.packet);
      first ??= position;
      last = position ?? last;
    }
    const packet = packets.length === 0 ? undefined : joinPackets(packets);
    if (packet === undefined) return undefined;
    return first === undefined || last === undefined ? { packet } : { packet, first, last };
  }

  #eventOf(message: Message): readonly unknown[] {
    const { channel } = message;
    const data = argumentOf(message);
    const name = channel.startsWith(this.#prefix) ? channel.slice(this.#prefix.length) : "";
    return this.channelOf(name) === undefined || RESERVED.has(name)
      ? ["message", { channel, data }]
      : [name, data];
  }
}
