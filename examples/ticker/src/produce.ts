import type { Awaitable, Comet } from "@encke/core";

export interface Production {
  /** Milliseconds. */
  readonly every: number;
  readonly value: () => Awaitable<unknown>;
}

/** Publishes a value on a channel, again and again, as long as somebody is subscribed to it. */
export function produce(comet: Comet, channel: string, production: Production): void {
  const subscribers = new Set<string>();
  const belt = new Belt(comet, channel, production);
  comet.on("subscribed", channel, ({ client }) => {
    subscribers.add(client.id);
    belt.start();
  });
  comet.on("unsubscribed", channel, ({ client }) => {
    subscribers.delete(client.id);
    if (subscribers.size === 0) belt.stop();
  });
}

class Belt {
  readonly #comet: Comet;
  readonly #channel: string;
  readonly #production: Production;
  #timer: NodeJS.Timeout | undefined;

  constructor(comet: Comet, channel: string, production: Production) {
    this.#comet = comet;
    this.#channel = channel;
    this.#production = production;
  }

  start(): void {
    const { every } = this.#production;
    this.#timer ??= setInterval(() => void this.#turn(), every).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #turn(): Promise<void> {
    try {
      const value = await this.#production.value();
      if (this.#comet.isClosing) this.stop();
      else await this.#comet.publish(this.#channel, value);
    } catch (cause) {
      this.#comet.log("error", `Nothing was published on ${this.#channel}.`, { cause });
    }
  }
}
