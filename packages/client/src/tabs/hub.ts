import { asCometError } from "../comet-error.ts";
import { HEADERS, isForgotten, isMeta, isReply, type Message } from "../message.ts";
import type { ITransport, TransportFactory } from "../transport.ts";
import type { World } from "../world.ts";
import { type Browser, FORGOTTEN, keyOf, type Shared, type Words } from "./words.ts";

/** What tabs share. */
export interface Ground {
  readonly url: string;
  readonly world: World;
  /** Of the channel and the lock. */
  readonly name: string;
  readonly browser: Browser;
  /** All of them can be used here. */
  readonly transports: readonly TransportFactory[];
}

/** Has the one connection of all tabs. What they ask goes over it once, and what comes is for all of them. */
export class Hub {
  readonly #ground: Ground;
  readonly #shared: Shared;
  readonly #say: (words: Words) => void;
  /** What is under way, by its key, and what was answered, without an id, until the tabs have heard that. */
  readonly #asked = new Map<unknown, Message>();
  readonly #end = new AbortController();
  #factory: TransportFactory;
  #transport: ITransport | undefined;
  /** True: the transport has brought an answer, so that it fails is no reason to drop it. */
  #works = false;
  #headers: Words["headers"];

  /** Goes on with the session, where another hub has had one. */
  constructor(ground: Ground, shared: Shared, say: (words: Words) => void) {
    this.#ground = ground;
    this.#shared = shared;
    this.#say = say;
    [this.#factory] = ground.transports as [TransportFactory];
    for (const tab of shared.tabs.keys()) this.#watch(tab);
  }

  /** Whom the server knows; undefined where there is no session. */
  get clientId(): string | undefined {
    return this.#shared.known.get("/meta/handshake")?.clientId;
  }

  /** What a tab asks. */
  take(words: Words): void {
    const { tab = "", patterns = new Set(), messages, own, headers, isAbandoned } = words;
    const { tabs } = this.#shared;
    this.#headers = headers ?? this.#headers;
    if (!tabs.has(tab)) this.#watch(tab);
    tabs.set(tab, patterns);
    const asked = messages.map((message, index) => {
      const id = tab + message.id;
      return { ...message, id, [HEADERS]: own?.[index] };
    });
    if (!isAbandoned) this.#send(asked.filter((message) => this.#isAsked(tab, message)));
    else {
      for (const key of asked.map(keyOf)) {
        const held = this.#asked.get(key);
        this.#asked.delete(key);
        if (held) this.#transport?.abandon(held);
      }
    }
    this.#sweep();
  }

  /** All tabs have heard it, so that nothing is acknowledged before. */
  heard({ messages }: Words): void {
    for (const key of messages.map(keyOf)) {
      if (this.#asked.get(key)?.id === undefined) this.#asked.delete(key);
    }
  }

  /** Lets go of everything. The server is told only where no other tab goes on with the session. */
  close(tab: string): void {
    const { clientId } = this;
    const { tabs } = this.#shared;
    this.#end.abort();
    tabs.delete(tab);
    if (tabs.size === 0 && clientId) {
      this.#transport?.send([{ channel: "/meta/disconnect", clientId, id: tab }], true);
    }
    this.#transport?.close();
  }

  /** True where the server has to be asked. */
  #isAsked(tab: string, message: Message): boolean {
    const { channel, id } = message;
    const key = keyOf(message);
    const reply = this.#answer(tab, message);
    if (reply) this.#say({ messages: [{ successful: true, ...reply, channel, id }] });
    if (reply || this.#asked.has(key)) return false;
    this.#asked.set(key, message);
    return true;
  }

  /** What the server would say; undefined where nobody here knows that. */
  #answer(tab: string, message: Message): Partial<Message> | undefined {
    const { tabs, known } = this.#shared;
    const { channel, clientId, subscription, advice } = message;
    const key = keyOf(message);
    if (channel === "/meta/disconnect") {
      tabs.delete(tab);
      if (tabs.size > 0) return {};
      known.clear();
      return clientId ? undefined : {};
    }
    if (clientId && clientId !== this.clientId) return FORGOTTEN;
    if (channel === "/meta/unsubscribe") return { subscription };
    const held = this.#asked.get(key);
    // The server holds one, so it is there.
    if (advice && held?.connectionType && !held.advice) return {};
    return known.get(key);
  }

  /** Takes back what nobody wants any more. */
  #sweep(): void {
    const { tabs, known } = this.#shared;
    const wanted = new Set([...tabs.values()].flatMap((patterns) => [...patterns]));
    const { clientId } = this;
    for (const [key, { subscription }] of known) {
      if (!subscription || wanted.has(subscription)) continue;
      known.delete(key);
      this.#send([{ channel: "/meta/unsubscribe", subscription, clientId, id: subscription }]);
    }
  }

  /** Nobody else has its lock before the tab is gone. */
  #watch(tab: string): void {
    const { browser, name } = this.#ground;
    const { signal } = this.#end;
    const dismiss = (): void => {
      if (!this.#shared.tabs.has(tab)) return;
      this.take({ tab, messages: [{ channel: "/meta/disconnect", clientId: this.clientId }] });
    };
    browser.locks.request(`${name} ${tab}`, { signal }, dismiss).catch(() => undefined);
  }

  #send(asked: readonly Message[]): void {
    if (asked.length === 0) return;
    this.#transport ??= this.#factory.open({
      ...this.#ground,
      headers: async () => this.#headers ?? {},
      receive: (messages) =>
        this.#say({ messages: messages.map((message) => this.#settle(message)) }),
      alive: () => this.#say({ messages: [], isAlive: true }),
      fail: (cause, messages) => this.#fail(cause, messages),
    });
    const messages = asked.map((message) => {
      const { supportedConnectionTypes, connectionType, ext } = message;
      if (supportedConnectionTypes) {
        const types = this.#ground.transports.map(({ type }) => type);
        return { ...message, supportedConnectionTypes: types };
      }
      if (!connectionType) return message;
      const { type } = this.#factory;
      return { ...message, connectionType: type, ext: { ...ext, ack: this.#shared.position } };
    });
    this.#transport.send(messages, false);
  }

  /** What the tabs are told of what came. */
  #settle(message: Message): Message {
    this.#works = true;
    const request = isReply(message) && this.#held().find(({ id }) => id === message.id);
    if (!request) return message;
    const { channel, subscription } = request;
    const { successful, ext, supportedConnectionTypes: offered } = message;
    const { known } = this.#shared;
    const key = keyOf(request);
    // The tabs acknowledge nothing themselves, and need not know how the hub is connected.
    const answer = {
      ...{ ...message, id: undefined, subscription, supportedConnectionTypes: undefined },
      ext: { ...ext, ack: undefined },
    };
    this.#asked.set(key, answer);
    if (isForgotten(message)) known.clear();
    if (!isMeta(message)) return message;
    if (successful && channel === "/meta/handshake") {
      known.clear();
      this.#asked.delete("/meta/connect");
      this.#shared.position = ext?.ack ? 0 : undefined;
      this.#use(this.#ground.transports.find(({ type }) => offered?.includes(type)));
    }
    if (successful && channel !== "/meta/connect") known.set(key, answer);
    else if (typeof ext?.ack === "number") this.#shared.position = ext.ack;
    return answer;
  }

  #fail(cause: unknown, messages?: readonly Message[]): void {
    const { code } = asCometError(cause, "connection_failed");
    const ids = messages?.map(({ id }) => id);
    const lost = this.#held().filter(({ id }) => ids?.includes(id) ?? true);
    const { transports } = this.#ground;
    const isUnfit = code === "transport_unfit" || !this.#works;
    if (isUnfit && lost.some(({ channel }) => /^.meta.(connect|handshake)/.test(channel))) {
      this.#use(transports[(transports.indexOf(this.#factory) + 1) % transports.length]);
    }
    const told = lost.map((request) => {
      const answer = { ...request, id: undefined };
      this.#asked.set(keyOf(request), answer);
      return isMeta(request) ? answer : request;
    });
    if (told.length > 0) this.#say({ messages: told, failed: code });
  }

  /** Has it carry what is sent next. */
  #use(factory: TransportFactory = this.#factory): void {
    if (factory === this.#factory) return;
    this.#factory = factory;
    this.#transport?.close();
    this.#transport = undefined;
    this.#works = false;
  }

  /** What has no answer yet. */
  #held(): readonly Message[] {
    return [...this.#asked.values()].filter(({ id }) => id !== undefined);
  }
}
