import type { CometD, Message, SubscriptionHandle } from "cometd";
import type { ClientOptions, Delivery, Outcome, RealClient } from "./real-client.ts";

/** What the library adds to a message of its own making when there was no answer of the server. */
interface Failure {
  readonly reason?: string;
  readonly httpCode?: number;
  readonly websocketCode?: number;
  readonly exception?: unknown;
}

/** Milliseconds by which the library waits longer after each failure. */
const BACKOFF_STEP = 100;

/** The `cometd` package, in Node and in pages. */
export class CometdDriver implements RealClient {
  readonly #client: CometD;
  readonly #token: string | undefined;
  readonly #received: Delivery[] = [];
  readonly #subscriptions = new Map<string, SubscriptionHandle>();

  constructor(library: new () => CometD, { url, connectionType, token }: ClientOptions) {
    const client = new library();
    for (const type of client.getTransportTypes()) {
      if (type !== connectionType) client.unregisterTransport(type);
    }
    client.configure({
      url,
      logLevel: "warn",
      backoffIncrement: BACKOFF_STEP,
      // The library refuses large messages by itself, and the server's refusal is what is to be seen.
      maxSendBayeuxMessageSize: 1_000_000,
    });
    client.addListener("/meta/handshake", ({ successful }) => {
      if (successful) this.#subscribeAgain();
    });
    this.#client = client;
    this.#token = token;
  }

  handshake(): Promise<Outcome> {
    const props = this.#token === undefined ? {} : { ext: { token: this.#token } };
    return new Promise((resolve) =>
      this.#client.handshake(props, (reply) => resolve(outcomeOf(reply))),
    );
  }

  subscribe(pattern: string): Promise<Outcome> {
    return new Promise((resolve) =>
      this.#subscribe(pattern, (reply) => {
        if (reply.successful !== true) this.#subscriptions.delete(pattern);
        resolve(outcomeOf(reply));
      }),
    );
  }

  unsubscribe(pattern: string): Promise<void> {
    const handle = this.#subscriptions.get(pattern);
    if (handle === undefined) throw new Error(`There is no subscription to ${pattern}.`);
    this.#subscriptions.delete(pattern);
    return new Promise((resolve) => this.#client.unsubscribe(handle, () => resolve()));
  }

  publish(channel: string, data: unknown): Promise<Outcome> {
    return new Promise((resolve) =>
      this.#client.publish(channel, data, (reply) => resolve(outcomeOf(reply))),
    );
  }

  publishAll(channel: string, data: readonly unknown[]): Promise<readonly Outcome[]> {
    const outcomes: Promise<Outcome>[] = [];
    this.#client.batch(() => {
      for (const item of data) outcomes.push(this.publish(channel, item));
    });
    return Promise.all(outcomes);
  }

  publishInVain(channel: string, data: unknown): Promise<Outcome> {
    return this.publish(channel, data);
  }

  received(): Promise<readonly Delivery[]> {
    return Promise.resolve(this.#received);
  }

  disconnect(): Promise<void> {
    if (this.#client.isDisconnected()) return Promise.resolve();
    return new Promise((resolve) => this.#client.disconnect(() => resolve()));
  }

  #subscribeAgain(): void {
    this.#client.batch(() => {
      for (const pattern of this.#subscriptions.keys()) this.#subscribe(pattern);
    });
  }

  #subscribe(pattern: string, onReply?: (reply: Message) => void): void {
    const handle = this.#client.subscribe(
      pattern,
      ({ channel, data }) => this.#received.push({ subscription: pattern, channel, data }),
      onReply,
    );
    this.#subscriptions.set(pattern, handle);
  }
}

function outcomeOf(reply: Message & { readonly failure?: Failure }): Outcome {
  if (reply.successful === true) return { successful: true };
  return { successful: false, error: reply.error ?? describe(reply.failure ?? {}) };
}

function describe({ httpCode, websocketCode, reason, exception }: Failure): string {
  return [httpCode, websocketCode, reason, exception].filter(Boolean).map(String).join(" ");
}
