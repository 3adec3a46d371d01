import { type Comet, createComet, type IClient, type Log, type Message } from "@encke/core";
import type { CaseDefinition } from "./adapter-case.ts";
import type { AdapterUnderTest, RunningAdapter } from "./adapter-under-test.ts";
import { CookieJar } from "./cookie-jar.ts";
import { expectEqual, expectThat, within } from "./expectations.ts";
import { HandDrivenClock } from "./hand-driven-clock.ts";
import { TestClient } from "./test-client.ts";

const PATIENCE = 5_000;
/** Milliseconds between two looks at what only the server knows. */
const LOOK_AGAIN = 5;

interface ClientOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly jar?: CookieJar;
}

/** A Comet by the clock of the case, the adapter that serves it, and the clients of the case. */
export class AdapterBench {
  readonly subject: AdapterUnderTest;
  readonly comet: Comet;
  readonly clock: HandDrivenClock;
  readonly adapter: RunningAdapter;
  readonly patience: number;
  readonly #errors: readonly string[];
  readonly #clients: TestClient[] = [];
  #stopped: Promise<void> | undefined;

  private constructor(
    parts: Pick<AdapterBench, "subject" | "comet" | "clock" | "adapter">,
    errors: readonly string[],
  ) {
    this.subject = parts.subject;
    this.comet = parts.comet;
    this.clock = parts.clock;
    this.adapter = parts.adapter;
    this.patience = parts.subject.patience ?? PATIENCE;
    this.#errors = errors;
  }

  static async open(
    subject: AdapterUnderTest,
    options: CaseDefinition["options"],
  ): Promise<AdapterBench> {
    const clock = new HandDrivenClock();
    const errors: string[] = [];
    const log: Log = (level, text) => {
      if (level === "error") errors.push(text);
    };
    const comet = createComet({
      ...options,
      store: subject.createStore(),
      ports: { log, now: () => clock.now(), after: (ms, callback) => clock.after(ms, callback) },
    });
    await comet.opened;
    const adapter = await subject.start(comet);
    return new AdapterBench({ subject, comet, clock, adapter }, errors);
  }

  /** A client that has not said anything yet. */
  async open({ headers = {}, jar = new CookieJar() }: ClientOptions = {}): Promise<TestClient> {
    const client = new TestClient(jar, this.subject.connectionType, this.patience);
    client.peer = await this.adapter.open(client, { headers, jar });
    this.#clients.push(client);
    return client;
  }

  /** A client that has shaken hands and is connected. */
  async connected(options?: ClientOptions): Promise<TestClient> {
    const client = await this.open(options);
    const handshake = await client.handshake();
    expectThat(handshake.successful === true, `the handshake failed: ${handshake.error}`);
    await client.connect();
    return client;
  }

  /** A connected client that is subscribed to a channel and whose connect is held. */
  async subscriber(channel: string): Promise<HeldClient> {
    const client = await this.connected();
    await client.subscribe(channel);
    return await this.hold(client);
  }

  /** Sends a connect and waits until it is held. */
  async hold(client: TestClient): Promise<HeldClient> {
    const connect = client.connect();
    // It is awaited by whoever wants to know how it ends.
    connect.catch(() => undefined);
    await this.eventually(() => this.onServer(client)?.isHeld === true, "the connect to be held");
    return { client, connect };
  }

  /** What the server knows of the client. */
  onServer(client: TestClient): IClient | undefined {
    return this.comet.client(client.id);
  }

  /** Waits for something that no client is told. */
  async eventually(isSo: () => boolean, what: string): Promise<void> {
    const end = Date.now() + this.patience;
    while (!isSo()) {
      expectThat(Date.now() < end, `waited in vain for ${what}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN));
    }
  }

  /** Stops the adapter, if that has not been done before. */
  async stop(): Promise<void> {
    this.#stopped ??= Promise.resolve(this.adapter.stop());
    await within(this.patience, this.#stopped, "stopping the adapter");
  }

  async end(): Promise<void> {
    for (const client of this.#clients) await client.peer.leave();
    await within(this.patience, this.comet.close(), "closing the Comet");
    await this.stop();
    expectEqual(this.#errors, [], "errors in the log");
  }
}

export interface HeldClient {
  readonly client: TestClient;
  /** The reply to the connect that is held. */
  readonly connect: Promise<Message>;
}
