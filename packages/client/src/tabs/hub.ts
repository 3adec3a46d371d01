import { asCometError } from "../comet-error.ts";
import { HEADERS, isForgotten, isMeta, isVital, type Message } from "../message.ts";
import type { ITransport, TransportFactory, TransportHost } from "../transport.ts";
import { type Asked, clientOf, HANDSHAKE, keyOf, type Shared, type Words } from "./words.ts";

/** Has the one connection of all tabs. What they ask goes over it once, and what comes is for all of them. */
export class Hub {
  readonly #host: TransportHost;
  /** The one that is used, and then those that are tried next. */
  readonly #factories: [TransportFactory, ...TransportFactory[]];
  readonly #shared: Shared;
  readonly #say: (words: Words) => void;
  /** What is under way, by its key. */
  readonly #asked = new Map<unknown, Message>();
  /** The id of the connect whose answer the tabs have not heard yet. */
  #unheard: unknown;
  #transport: ITransport | undefined;
  /** True: the transport has brought an answer, so that it fails is no reason to drop it. */
  #works = false;

  /** Goes on with the session, where another hub has had one. */
  constructor(
    host: TransportHost,
    transports: readonly TransportFactory[],
    shared: Shared,
    say: (words: Words) => void,
  ) {
    this.#host = host;
    this.#factories = transports.filter((factory) => factory.isSupported(host.world)) as [
      TransportFactory,
    ];
    this.#shared = shared;
    this.#say = say;
  }

  /** What a tab asks. */
  take({ messages, isAbandoned }: Words): void {
    this.#send(messages.filter((message) => this.#isAsked(message, isAbandoned)));
    this.#sweep();
  }

  /** All tabs have heard it, so that nothing is acknowledged before. */
  heard({ messages }: Words): void {
    if (messages.some(({ id }) => id === this.#unheard)) this.#unheard = undefined;
  }

  close(): void {
    this.#transport?.close();
  }

  /** True where the server has to be asked, and not where somebody here knows what it would say, or has asked already. */
  #isAsked(message: Message, isAbandoned: boolean | undefined): boolean {
    const { channel, id, subscription, advice } = message;
    const key = keyOf(message);
    const held = this.#asked.get(key);
    if (isAbandoned) {
      this.#asked.delete(key);
      if (held) this.#transport?.abandon(held);
      return false;
    }
    // The server holds a connect, so it is there. When the last tab is gone, the hub says good-bye, and not before.
    const isDone =
      (advice && held && !held.advice) || /^.meta.(unsubscribe|disconnect)/.test(channel);
    const reply = isDone ? {} : this.#shared.known.get(key);
    if (reply) this.#say({ messages: [{ successful: true, ...reply, channel, id, subscription }] });
    if (reply || held || (this.#unheard && channel === "/meta/connect")) return false;
    this.#asked.set(key, message);
    return true;
  }

  /** Takes back what nobody wants any more. */
  #sweep(): void {
    const { tabs, known } = this.#shared;
    const wanted = [...tabs.values()];
    if (wanted.length === 0 && known.size > 0) {
      this.#send([{ channel: "/meta/disconnect", id: "" }], true);
      known.clear();
    }
    for (const [key, { subscription }] of known) {
      if (!subscription || wanted.some((patterns) => patterns.has(subscription))) continue;
      known.delete(key);
      this.#send([{ channel: "/meta/unsubscribe", subscription, id: subscription }]);
    }
  }

  #send(asked: readonly Asked[], isLast = false): void {
    if (asked.length === 0) return;
    this.#transport ??= this.#factories[0].open({
      ...this.#host,
      headers: () => this.#host.headers(),
      receive: (messages) =>
        this.#say({ messages: messages.map((message) => this.#settle(message)) }),
      alive: () => this.#say({ messages: [] }),
      fail: (cause, messages) => this.#fail(cause, messages),
    });
    this.#transport.send(
      asked.map((message) => this.#stamped(message)),
      isLast,
    );
  }

  /** The message as the server is to get it. */
  #stamped({ headers, ...message }: Asked): Message {
    const { supportedConnectionTypes, connectionType, ext } = message;
    const clientId = clientOf(this.#shared) ?? message.clientId;
    const stamped = { ...message, clientId, [HEADERS]: headers };
    if (supportedConnectionTypes) {
      return { ...stamped, supportedConnectionTypes: this.#factories.map(({ type }) => type) };
    }
    return connectionType
      ? {
          ...stamped,
          connectionType: this.#factories[0].type,
          ext: { ...ext, ack: this.#shared.position },
        }
      : stamped;
  }

  /** What the tabs are told of what came. They acknowledge nothing, and need not know how the hub is connected. */
  #settle(message: Message): Message {
    const { known } = this.#shared;
    const { channel, successful, ext, supportedConnectionTypes: offered } = message;
    this.#works = true;
    if (this.#end(message) && channel === "/meta/connect") this.#unheard = message.id;
    if (isForgotten(message)) known.clear();
    if (!isMeta(message)) return message;
    const answer = {
      ...message,
      supportedConnectionTypes: undefined,
      ext: { ...ext, ack: undefined },
    };
    if (typeof ext?.ack === "number") this.#shared.position = ext.ack;
    else if (successful && channel === HANDSHAKE) {
      known.clear();
      this.#asked.delete("/meta/connect");
      this.#shared.position = ext?.ack ? 0 : undefined;
      for (const _ of [...this.#factories]) {
        if (!offered?.includes(this.#factories[0].type)) this.#turn();
      }
    }
    if (successful && /handshake|\/subscribe/.test(channel)) known.set(keyOf(message), answer);
    return answer;
  }

  #fail(cause: unknown, messages: readonly Message[] = [...this.#asked.values()]): void {
    const { code } = asCometError(cause);
    const lost = messages.filter((message) => this.#end(message));
    const isUnfit = code === "transport_unfit" || !this.#works;
    if (isUnfit && lost.some(isVital)) this.#turn();
    if (lost.length > 0) this.#say({ messages: lost, failed: code });
  }

  /** True where it was under way, which it is no more. */
  #end(message: Message): boolean {
    const key = keyOf(message);
    return this.#asked.get(key)?.id === message.id && this.#asked.delete(key);
  }

  /** Has the next transport carry what is sent next. */
  #turn(): void {
    this.#factories.push(this.#factories.shift() as TransportFactory);
    this.#transport?.close();
    this.#transport = undefined;
    this.#works = false;
  }
}
