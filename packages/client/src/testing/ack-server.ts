import type { Message } from "../message.ts";
import type { ITransport, TransportFactory, TransportHost } from "../transport.ts";
import type { Cancel } from "../world.ts";
import { CONNECT, HANDSHAKE } from "./stage.ts";

interface Held {
  readonly id: Message["id"];
  readonly answer: (messages: readonly Message[]) => void;
}

/** A server with one client, which sends again what was not acknowledged, as a server does. */
export class AckServer {
  /** All that was published. */
  readonly messages: Message[] = [];
  readonly #keys = new Set<unknown>();
  #acknowledged = 0;
  #held: Held | undefined;
  welcomes = 0;

  /** How one tab reaches it, until that is killed. */
  door(): { readonly factory: TransportFactory; readonly kill: Cancel } {
    const end = new AbortController();
    const open = (host: TransportHost): ITransport => this.#open(host, end.signal);
    return {
      factory: { type: "fake", isSupported: () => true, open },
      kill: () => end.abort(),
    };
  }

  publish(channel: string, data: unknown): void {
    this.messages.push({ channel, data });
    const held = this.#held;
    if (held) this.#answer(held);
  }

  #open(host: TransportHost, signal: AbortSignal): ITransport {
    let isOpen = true;
    const answer = (messages: readonly Message[]): void => {
      setImmediate(() => {
        if (isOpen && !signal.aborted) host.receive(messages);
      });
    };
    return {
      send: (messages) => {
        // As they are on the wire, and on their way.
        const sent = JSON.parse(JSON.stringify(messages)) as Message[];
        setImmediate(() => {
          if (!signal.aborted) for (const message of sent) this.#take(message, answer);
        });
      },
      abandon: () => undefined,
      close: () => {
        isOpen = false;
      },
    };
  }

  #take(message: Message, answer: Held["answer"]): void {
    const { channel, id, data, ext, advice, subscription } = message;
    if (channel === CONNECT) {
      const last = this.#held;
      this.#held = { id, answer };
      if (last) last.answer([{ channel, id: last.id, successful: true }]);
      if (typeof ext?.ack === "number") this.#acknowledged = ext.ack;
      if (advice || this.messages.length > this.#acknowledged) this.#answer(this.#held);
      return;
    }
    if (channel === HANDSHAKE) this.welcomes++;
    const key = ext?.idempotencyKey;
    const isNew = key !== undefined && !this.#keys.has(key);
    this.#keys.add(key);
    const welcome = { clientId: "c", supportedConnectionTypes: ["fake"] };
    const able = { ack: true, idempotency: true };
    answer([{ channel, id, successful: true, subscription, ...welcome, ext: able }]);
    if (isNew) this.publish(channel, data);
  }

  #answer({ id, answer }: Held): void {
    this.#held = undefined;
    const position = this.messages.length;
    const messages = this.messages.slice(this.#acknowledged);
    answer([...messages, { channel: CONNECT, id, successful: true, ext: { ack: position } }]);
  }
}
