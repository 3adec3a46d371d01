import { CometClient } from "../comet-client.ts";
import type { CometError } from "../comet-error.ts";
import type { Advice } from "../message.ts";
import type { TransportFactory, TransportHost } from "../transport.ts";
import { Deliveries } from "./deliveries.ts";
import { AckExtension } from "./extensions/ack-extension.ts";
import type { Ground } from "./ground.ts";
import type { FailureInfo } from "./hooks.ts";
import type { Callback, CometMessage, Props, Status } from "./message.ts";
import { Observer } from "./observer.ts";
import { FOREVER, Patience } from "./patience.ts";
import { Topics } from "./topics.ts";

/** From a handshake to the end of all that came of it. */
export class Conversation {
  readonly deliveries: Deliveries;
  readonly topics: Topics;
  readonly #ground: Ground;
  readonly #observer: Observer;
  readonly #patience: Patience;
  readonly #client: CometClient;
  #host: TransportHost | undefined;
  #onLeft: Callback | undefined;
  #batches = 0;
  readonly #held: (() => void)[] = [];

  constructor(ground: Ground, props: Props, callback: Callback | undefined) {
    this.#ground = ground;
    const { world, guard, listeners } = ground;
    this.deliveries = new Deliveries(guard, listeners, world);
    this.topics = new Topics({
      ...{ guard, listeners },
      run: (action) => this.#run(action),
      later: (action) => world.after(0, action),
      open: (channel) => this.#client.subscribe(channel, () => undefined),
    });
    this.#patience = new Patience(world, guard, ground.timeoutListeners);
    this.#observer = new Observer(ground, {
      ...{ deliveries: this.deliveries, topics: this.topics, patience: this.#patience },
      ...{ props, callback },
      host: () => this.#host,
      redirect: (info) => this.#redirect(info),
    });
    this.#client = this.#makeClient();
    this.#client.use(this.#observer);
    this.#client.addEventListener("disconnected", ({ error }) => this.#finish(error));
    this.#client.connect().catch(() => undefined);
  }

  get status(): Status {
    return this.#observer.status;
  }

  get advice(): Advice {
    return this.#observer.advice;
  }

  get clientId(): string | undefined {
    return this.#client.clientId;
  }

  get transportType(): string | undefined {
    return this.#client.connectionType;
  }

  /** Sends what the deliveries have given an id. */
  send(message: CometMessage): void {
    this.#run(() => this.deliveries.send(message, (one) => this.#client.send(one)));
  }

  /** Takes messages as if the server had sent them. */
  receive(message: CometMessage): void {
    this.#host?.receive([message as Parameters<TransportHost["receive"]>[0][number]]);
  }

  startBatch(): void {
    this.#batches++;
  }

  endBatch(): void {
    if (this.#batches === 0) throw new Error("Calls to startBatch() and endBatch() are not paired");
    if (--this.#batches === 0) this.#release();
  }

  /** Lets the next handshake have the transports that there are now. */
  refresh(): void {
    const { transports } = this.#client;
    for (const { type } of transports.all) transports.remove(type);
    for (const factory of this.#factories()) transports.add(factory);
  }

  leave(props: Props, callback: Callback | undefined): void {
    this.#observer.status = "disconnecting";
    this.#observer.goodbye = props;
    this.#onLeft = callback;
    void this.#client.disconnect();
  }

  #makeClient(): CometClient {
    const { world, backoff, extensions, configuration, isReloadable } = this.#ground;
    const { url, maxNetworkDelay } = configuration();
    return new CometClient(url, {
      world,
      maxNetworkDelay: this.#ground.timeoutListeners.size > 0 ? FOREVER : maxNetworkDelay,
      transports: this.#factories(),
      headers: () => configuration().requestHeaders,
      ack: extensions.has(AckExtension),
      backoff: (failures) => backoff.after(failures, world.random),
      pageLife: !isReloadable(),
    });
  }

  #factories(): readonly TransportFactory[] {
    return this.#ground.transports.factories.map((factory) => this.#watched(factory));
  }

  /** The same, without what extensions have taken out. */
  #watched({ type, isSupported, open }: TransportFactory): TransportFactory {
    const { withheld } = this.#observer;
    return {
      type,
      isSupported,
      open: (host) => {
        this.#host = host;
        const transport = open(host);
        return {
          send(messages, isLast) {
            const left = messages.filter(({ id }) => !withheld.delete(id));
            if (left.length > 0) transport.send(left, isLast);
          },
          abandon: (message) => transport.abandon(message),
          close: () => transport.close(),
        };
      },
    };
  }

  /** The application wants to go on in its own way after a failure. */
  #redirect({ action, url }: FailureInfo): void {
    const transport = this.#ground.transports.find(this.transportType ?? "");
    if (url !== undefined && transport !== null && "url" in transport) transport.url = url;
    if (action === "none") this.leave({}, undefined);
  }

  #run(action: () => void): void {
    if (this.#batches > 0) this.#held.push(action);
    else action();
  }

  #release(): void {
    this.#client.batch(() => {
      for (const action of this.#held.splice(0)) action();
    });
  }

  #finish(error: CometError | undefined): void {
    this.#observer.end(error);
    this.topics.forget();
    this.#patience.clear();
    this.#batches = 0;
    this.#release();
    // Nothing will be sent any more: this ends what waits.
    void this.#client.disconnect();
    const reply = this.#observer.farewell;
    const callback = this.#onLeft;
    if (callback) this.#ground.guard(() => callback(reply), "onCallbackException", reply);
    if (error === undefined) this.#ground.listeners.announce("/meta/disconnect", reply);
  }
}
