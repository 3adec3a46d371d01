import type { ClientOptions, Delivery, Outcome, RealClient } from "./real-client.ts";

interface FayeMessage {
  readonly channel: string;
  readonly successful?: boolean;
  readonly error?: string;
  ext?: { readonly token: string };
}

interface FayeError {
  readonly code: number | null;
  readonly params: readonly string[];
  readonly message: string;
}

interface FayeSubscription extends PromiseLike<void> {
  withChannel(listener: (channel: string, data: unknown) => void): FayeSubscription;
  cancel(): void;
}

interface FayeClient {
  disable(feature: string): void;
  setHeader(name: string, value: string): void;
  addExtension(
    extension: {
      [stage in "incoming" | "outgoing"]?: (
        message: FayeMessage,
        pass: (message: FayeMessage) => void,
      ) => void;
    },
  ): void;
  on(event: "transport:down", listener: () => void): void;
  removeListener(event: "transport:down", listener: () => void): void;
  connect(onConnected: () => void): void;
  subscribe(pattern: string): FayeSubscription;
  publish(channel: string, data: unknown, options?: { attempts: number }): PromiseLike<void>;
  /** Undefined while it is not connected. */
  disconnect(): PromiseLike<void> | undefined;
}

/** The part of the `faye` package that is used here; it has no types of its own. */
export interface FayeLibrary {
  readonly Client: new (url: string, options: { retry: number }) => FayeClient;
}

const ALL_TYPES = [
  "websocket",
  "eventsource",
  "long-polling",
  "cross-origin-long-polling",
  "callback-polling",
];

/** Which of them the library may use when it is to end up with the one: it begins with a request before it opens a socket. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  websocket: ["websocket", "long-polling", "callback-polling"],
  eventsource: ["eventsource", "long-polling"],
  "long-polling": ["long-polling"],
  "cross-origin-long-polling": ["cross-origin-long-polling", "callback-polling"],
  "callback-polling": ["callback-polling"],
};

/** Seconds after which the library tries again. */
const RETRY = 0.1;

/** The `faye` package, in Node and in pages. */
export class FayeDriver implements RealClient {
  readonly #client: FayeClient;
  readonly #received: Delivery[] = [];
  readonly #subscriptions = new Map<string, FayeSubscription>();

  /** `headers` go with every request; in a page, those that a page may set. */
  constructor(
    library: FayeLibrary,
    { url, connectionType, token }: ClientOptions,
    headers: Readonly<Record<string, string>> = {},
  ) {
    this.#client = new library.Client(url, { retry: RETRY });
    for (const [name, value] of Object.entries(headers)) this.#client.setHeader(name, value);
    for (const type of ALL_TYPES) {
      if (!ALLOWED[connectionType]?.includes(type)) this.#client.disable(type);
    }
    if (token !== undefined) this.#present(token);
  }

  /** The library keeps a refusal to itself: only an extension sees it. */
  handshake(): Promise<Outcome> {
    return this.#untilDown((resolve) => {
      this.#client.addExtension({
        incoming: (message, pass) => {
          pass(message);
          if (message.channel === "/meta/handshake") resolve(outcomeOf(message));
        },
      });
      this.#client.connect(() => undefined);
    });
  }

  subscribe(pattern: string): Promise<Outcome> {
    const subscription = this.#client
      .subscribe(pattern)
      .withChannel((channel, data) =>
        this.#received.push({ subscription: pattern, channel, data }),
      );
    this.#subscriptions.set(pattern, subscription);
    return settled(subscription);
  }

  unsubscribe(pattern: string): Promise<void> {
    this.#subscriptions.get(pattern)?.cancel();
    this.#subscriptions.delete(pattern);
    return Promise.resolve();
  }

  publish(channel: string, data: unknown): Promise<Outcome> {
    return settled(this.#client.publish(channel, data));
  }

  publishAll(channel: string, data: readonly unknown[]): Promise<readonly Outcome[]> {
    return Promise.all(data.map((item) => this.publish(channel, item)));
  }

  /** Once: by default the library sends again for ever what has no answer. */
  publishInVain(channel: string, data: unknown): Promise<Outcome> {
    return this.#untilDown((resolve) => {
      void settled(this.#client.publish(channel, data, { attempts: 1 })).then(resolve);
    });
  }

  received(): Promise<readonly Delivery[]> {
    return Promise.resolve(this.#received);
  }

  async disconnect(): Promise<void> {
    const disconnected = this.#client.disconnect();
    // It does not fail: a server that knows the client no more has disconnected it as well.
    if (disconnected !== undefined) await settled(disconnected);
  }

  #present(token: string): void {
    this.#client.addExtension({
      outgoing: (message, pass) => {
        if (message.channel === "/meta/handshake") message.ext = { token };
        pass(message);
      },
    });
  }

  /** All that the library says of a request without an answer is that its transport is down. */
  #untilDown(ask: (resolve: (outcome: Outcome) => void) => void): Promise<Outcome> {
    return new Promise<Outcome>((resolve) => {
      const onDown = (): void => resolve({ successful: false, error: "transport:down" });
      this.#client.on("transport:down", onDown);
      ask((outcome) => {
        this.#client.removeListener("transport:down", onDown);
        resolve(outcome);
      });
    });
  }
}

function settled(deferred: PromiseLike<void>): Promise<Outcome> {
  return new Promise((resolve) => {
    deferred.then(
      () => resolve({ successful: true }),
      ({ code, params, message }: FayeError) =>
        resolve({ successful: false, error: [code, params.join(","), message].join(":") }),
    );
  });
}

function outcomeOf({ successful, error }: FayeMessage): Outcome {
  return successful ? { successful } : { successful: false, error: error ?? "" };
}
