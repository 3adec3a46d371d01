import { asCometError, CometError } from "../comet-error.ts";
import { deferred } from "../deferred.ts";
import { isForgotten, isMeta, isReply, type Message } from "../message.ts";
import { headersOf, type Settings } from "../settings.ts";
import type { ITransport, TransportFactory, TransportHost } from "../transport.ts";
import type { Cancel, World } from "../world.ts";
import type { ClientExtension, Hooked } from "./client-extension.ts";
import { ATTEMPTS, type Entry, type EntryType, stamped, TRANSIENT } from "./entry.ts";
import type { Outlet } from "./outlet.ts";

/** Everything that was asked and is not answered yet: at once where there is a session, and else when there is one. */
export class Outbox implements TransportHost {
  readonly url: string;
  readonly world: World;
  readonly #settings: Settings;
  readonly #extensions = new Set<ClientExtension>();
  readonly #report: (cause: unknown) => void;
  readonly #deliver: (message: Message) => void;
  /** Begins the keys of this client's messages. */
  readonly #key: string;
  /** By id, in the order in which they are to be sent. */
  readonly #entries = new Map<unknown, Entry>();
  #transport: ITransport | undefined;
  #outlet: Outlet | undefined;
  #batches = 0;
  #lastId = 0;

  /** `deliver` takes what is no reply, and `report` what an extension threw. They never throw. */
  constructor(
    url: string,
    settings: Settings,
    deliver: (message: Message) => void,
    report: (cause: unknown) => void,
  ) {
    this.url = url;
    this.#settings = settings;
    this.world = settings.world;
    this.#report = report;
    this.#deliver = deliver;
    this.#key = settings.world.random().toString(36);
  }

  nextId(): string {
    return String(++this.#lastId);
  }

  /** Has the extension see all messages, until the result is called. */
  use(extension: ClientExtension): Cancel {
    this.#extensions.add(extension);
    return () => void this.#extensions.delete(extension);
  }

  headers(): Promise<Readonly<Record<string, string>>> {
    return headersOf(this.#settings);
  }

  /**
   * Resolves to a reply that is successful, or to the result of a call, successful or not. Rejects with a `CometError`: with
   * the server's, or when there is no reply. What can do no harm when it arrives twice is sent again when there is none.
   */
  async send(
    message: Message,
    type?: EntryType,
    timeout: number = this.#settings.maxNetworkDelay,
  ): Promise<Message> {
    const { queueSize, offline } = this.#settings;
    // Who is subscribed to what is said anew where there is no session yet.
    if (isMeta(message)) {
      if (!this.#transport) return new Promise(() => undefined);
    } else if (!this.#outlet) {
      if (offline === "reject") throw new CometError("offline");
      if (this.#entries.size >= queueSize) throw new CometError("queue_full");
    }
    try {
      JSON.stringify(message);
    } catch (cause) {
      throw asCometError(cause, "data_invalid");
    }
    const { promise } = this.#add(message, timeout, type);
    this.#flush();
    return promise;
  }

  /** Sends a message of the session itself. Resolves to the reply, successful or not, and rejects where there is none. */
  ask(message: Message, extra = 0, isLast?: boolean): Promise<Message> {
    const entry = this.#add(message, this.#settings.maxNetworkDelay + extra, "own");
    this.#transmit([entry], isLast);
    return entry.promise;
  }

  /** Waits for the answer no more. */
  drop(id: unknown, error: CometError): void {
    this.#drop(this.#entries.get(id), error);
  }

  /** What is sent meanwhile goes together. */
  batch<T>(action: () => T): T {
    this.#batches++;
    try {
      return action();
    } finally {
      this.#batches--;
      this.#flush();
    }
  }

  /**
   * Sends what waits. For a new client, of which the server knows nothing, what the action sends goes first, and takes the
   * place of what was said about subscriptions.
   */
  open(outlet: Outlet, renew?: () => void): void {
    this.#outlet = outlet;
    this.batch(() => {
      if (!renew) return;
      const later = [...this.#entries];
      this.#entries.clear();
      renew();
      for (const [id, entry] of later) if (!isMeta(entry.message)) this.#entries.set(id, entry);
    });
  }

  /** Lets everything wait from now on. */
  close(): void {
    this.#outlet = undefined;
  }

  /** Takes this transport from now on, or none. What is under way fails, for this reason. */
  connect(factory: TransportFactory | undefined, cause: CometError): void {
    this.cut(cause);
    this.#transport = factory?.open(this);
  }

  /** Has the transport let go of its connection. What is under way fails. */
  cut(cause: unknown): void {
    this.#transport?.close();
    this.fail(cause);
  }

  /** Rejects all that is there. */
  clear(error: CometError): void {
    this.close();
    for (const entry of this.#entries.values()) this.#drop(entry, error);
  }

  receive(messages: readonly Message[]): void {
    // What comes with the answer to a connect that nobody waits for comes again with that to the next one.
    const isLate = messages.some(
      ({ channel, id, ext }) => channel === "/meta/connect" && ext?.ack && !this.#entries.has(id),
    );
    for (const received of messages) {
      const message = this.#pass(received, "incoming");
      if (message === null) continue;
      const entry = this.#entries.get(message.id);
      if (isReply(message)) this.#settle(entry, message);
      else if (entry?.type === "call" && entry.message.channel === message.channel) {
        this.#take(entry).resolve(message);
      } else if (message.data !== undefined && !isLate) this.#deliver(message);
    }
  }

  alive(): void {
    const entry = this.#held();
    entry?.cancel?.();
    if (entry) this.#expire(entry);
  }

  fail(cause: unknown, messages?: readonly Message[]): void {
    const error = asCometError(cause);
    for (const id of messages?.map((message) => message.id) ?? this.#entries.keys()) {
      const entry = this.#entries.get(id);
      if (entry?.cancel && !(messages && entry.isReceived)) this.#giveUp(entry, error);
    }
  }

  /** Waits for the connect no more. The server may still hold it, until there is another one. */
  abort(error: CometError): void {
    this.#drop(this.#held(), error);
  }

  #add(message: Message, timeout: number, type?: EntryType): Entry {
    const named = { id: this.nextId(), ...message };
    const entry: Entry = {
      ...deferred<Message>(),
      message: named,
      sent: named,
      timeout,
      type,
      attempts: 0,
    };
    this.#entries.set(named.id, entry);
    return entry;
  }

  #flush(): void {
    if (!this.#outlet || this.#batches > 0) return;
    this.#transmit([...this.#entries.values()].filter((entry) => !entry.cancel));
  }

  #transmit(entries: readonly Entry[], isLast = false): void {
    const messages: Message[] = [];
    // Before extensions see them, which may send something themselves.
    for (const entry of entries) this.#expire(entry);
    for (const entry of entries) {
      const message = this.#pass(stamped(entry, this.#outlet, this.#key), "outgoing");
      if (message === null) this.#drop(entry, new CometError("message_deleted"));
      else {
        entry.sent = message;
        messages.push(message);
      }
    }
    if (messages.length > 0) this.#transport?.send(messages, isLast);
  }

  #settle(entry: Entry | undefined, reply: Message): void {
    if (!entry?.cancel) return;
    if (entry.type === "own" || reply.successful === true) {
      if (entry.type === "call") entry.isReceived = true;
      else this.#take(entry).resolve(reply);
    } else if (isForgotten(reply)) {
      // Nothing has been done with it, so it can be sent again without harm, as whoever the client is then.
      entry.isSafe = true;
      this.#again(entry, CometError.of(reply));
    } else this.#drop(entry, CometError.of(reply));
  }

  /** The connect that is under way. */
  #held(): Entry | undefined {
    return [...this.#entries.values()].find(({ message }) => message.channel === "/meta/connect");
  }

  #expire(entry: Entry): void {
    entry.cancel = this.world.after(entry.timeout, () =>
      this.#giveUp(entry, new CometError("timeout")),
    );
  }

  #giveUp(entry: Entry, error: CometError): void {
    const { sent } = entry;
    this.#recall(entry);
    this.#transport?.abandon(sent);
    for (const extension of this.#extensions) this.#run(() => extension.failed?.(sent, error));
    // What has become of its own, the session wants to know.
    const mayRepeat = TRANSIENT.includes(error.code) ? entry.isSafe : error.code === "not_sent";
    if (mayRepeat && entry.type !== "own") this.#again(entry, error);
    else this.#drop(entry, error);
  }

  /** Has it wait where it was, so that messages arrive in the order in which they were sent. */
  #again(entry: Entry, error: CometError): void {
    this.#recall(entry);
    if (++entry.attempts === ATTEMPTS) this.#drop(entry, error);
    else if (error.code === "timeout") this.#flush();
    else {
      const outlet = this.#outlet;
      this.close();
      outlet?.fail(error);
    }
  }

  /** What becomes of the message in the hands of the extensions; null where one takes it out. */
  #pass(message: Message, direction: "incoming" | "outgoing"): Message | null {
    return [...this.#extensions].reduce<Message | null>((before, extension) => {
      const after = before && this.#run(() => extension[direction]?.(before));
      return after === undefined ? before : after;
    }, message);
  }

  #run(hook: () => Hooked): Message | null | undefined {
    try {
      return hook() as Message | null | undefined;
    } catch (cause) {
      this.#report(cause);
      return undefined;
    }
  }

  #recall(entry: Entry): void {
    entry.cancel?.();
    entry.cancel = undefined;
  }

  #drop(entry: Entry | undefined, error: CometError): void {
    if (!entry) return;
    this.#take(entry).reject(error);
    const { type, sent } = entry;
    // The handler need not go on. For another server than Encke, this would be one more call.
    const isUnderWay = type === "call" && sent.clientId && this.#outlet?.hasKeys;
    if (isUnderWay && (error.code === "timeout" || error.code === "aborted")) {
      void this.ask({ ...sent, data: null, ext: { ...sent.ext, stream: { cancel: true } } });
    }
  }

  #take(entry: Entry): Entry {
    this.#recall(entry);
    this.#entries.delete(entry.message.id);
    return entry;
  }
}
