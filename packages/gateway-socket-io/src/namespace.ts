import type { EncodedMessage, Message } from "@encke/core";
import { argumentOf } from "./binary-form.ts";
import { eventPacket, type Packet } from "./packets.ts";

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

/** A namespace: what lies below it are its events. */
export class Namespace {
  readonly name: string;
  /** Channels and patterns that its clients are subscribed to when they connect. */
  readonly patterns: readonly string[];
  readonly #prefix: string;
  readonly #hasOffsets: boolean;
  /** One message is one object for all whom it goes to, and so is what is made of it. */
  readonly #deliveries = new WeakMap<EncodedMessage, Delivery>();

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

  #eventOf(message: Message): readonly unknown[] {
    const { channel } = message;
    const data = argumentOf(message);
    const name = channel.startsWith(this.#prefix) ? channel.slice(this.#prefix.length) : "";
    return this.channelOf(name) === undefined || RESERVED.has(name)
      ? ["message", { channel, data }]
      : [name, data];
  }
}
