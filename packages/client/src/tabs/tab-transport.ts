import { patternsCovering } from "../channels.ts";
import { CometError } from "../comet-error.ts";
import { HEADERS, isMessage, isMeta, isReply, type Message } from "../message.ts";
import type { ITransport, TransportHost } from "../transport.ts";
import { type Ground, Hub } from "./hub.ts";
import { FORGOTTEN, hold, keyOf, type Shared, type Wire, type Words } from "./words.ts";

/** Talks to the hub of all tabs as if that were the server, and becomes the next one when that is gone. */
export class TabTransport implements ITransport {
  readonly #host: TransportHost;
  readonly #ground: Ground;
  /** Whoever shows this name is this tab. Begins the ids of its messages. */
  readonly #tab: string;
  readonly #ear: Wire;
  /** Another one, so that this tab hears what it says when all others do. */
  readonly #mouth: Wire;
  readonly #end = new AbortController();
  readonly #patterns = new Set<string>();
  /** What is under way, by its key. */
  readonly #sent = new Map<unknown, Message>();
  #shared: Shared = { known: new Map(), tabs: new Map() };
  /** Whose words count. */
  #leader: unknown;
  #hub: Hub | undefined;
  #isReady = false;
  #isCandidate = false;

  /** `begin` starts the worker in which there may be a hub, and calls what it is given when there is none. */
  constructor(host: TransportHost, ground: Ground, begin: (stand: () => void) => void) {
    const { browser, name } = ground;
    this.#host = host;
    this.#ground = ground;
    this.#tab = `${host.world.random()}/`;
    this.#mouth = browser.channel(name);
    this.#ear = browser.channel(name);
    this.#ear.onmessage = ({ data }: { readonly data: Partial<Words> | null | undefined }) => {
      if (data?.messages?.every?.(isMessage)) this.#hear(data as Words);
    };
    const { signal } = this.#end;
    hold(browser, `${name} ${this.#tab}`, signal, () => {
      this.#isReady = true;
      this.#sendAgain();
      begin(() => this.#stand());
    });
    const hide = ({ persisted }: Event & { readonly persisted?: boolean }): void => {
      // A page that is put away can neither lead nor follow.
      if (persisted) this.close();
    };
    // Before the client gives up what is under way, which others may wait for.
    const when = { signal, capture: true };
    host.world.page?.addEventListener("pagehide", hide as (event: Event) => void, when);
  }

  send(messages: readonly Message[], isLast: boolean): void {
    if (this.#end.signal.aborted) {
      const replies = messages.map(({ channel, id }) => ({ ...FORGOTTEN, channel, id }));
      this.#host.receive(replies);
      return;
    }
    for (const message of messages) {
      const { channel, subscription = "" } = message;
      this.#sent.set(keyOf(message), message);
      if (channel === "/meta/subscribe") this.#patterns.add(subscription);
      if (channel === "/meta/unsubscribe") this.#patterns.delete(subscription);
    }
    if (this.#isReady) this.#ask(messages);
    // That it is gone says it all.
    if (isLast) this.close();
  }

  abandon(message: Message): void {
    if (this.#sent.delete(keyOf(message))) this.#ask([message], true);
  }

  close(): void {
    if (this.#end.signal.aborted) return;
    this.#end.abort();
    this.#ear.close();
    this.#mouth.close();
    this.#hub?.close(this.#tab);
  }

  /** Becomes the hub when there is none. */
  #stand(): void {
    const { browser, name } = this.#ground;
    if (this.#isCandidate) return;
    this.#isCandidate = true;
    const { signal } = this.#end;
    hold(browser, name, signal, () => this.#say({ heir: this.#tab, messages: [] }));
  }

  #say(words: Words): void {
    if (!this.#end.signal.aborted) this.#mouth.postMessage(words);
  }

  #ask(asked: readonly Message[], isAbandoned = false): void {
    const own = asked.map((message) => message[HEADERS]);
    // What JSON leaves out need not be something that can be cloned.
    const messages = JSON.parse(JSON.stringify(asked));
    const words = { tab: this.#tab, patterns: this.#patterns, own, messages, isAbandoned };
    if (isAbandoned || !/^.meta.(connect|handshake)/.test(messages[0].channel)) this.#say(words);
    else {
      this.#host.headers().then(
        (headers) => this.#say({ ...words, headers }),
        (cause) => this.#host.fail(cause, asked),
      );
    }
  }

  #sendAgain(): void {
    for (const message of this.#sent.values()) this.#ask([message]);
  }

  #hear(words: Words): void {
    const { heir, tab, hub, shared, messages, failed, isAlive } = words;
    if (heir !== undefined) this.#follow(heir);
    if (tab !== undefined) this.#hub?.take(words);
    this.#leader ??= hub;
    if (shared && hub === this.#leader) {
      if (this.#hub) this.#hub.heard(words);
      else this.#shared = shared;
      const mine = messages.flatMap((message) => this.#mine(message) ?? []);
      for (const message of mine) this.#sent.delete(keyOf(message));
      if (failed !== undefined) this.#host.fail(new CometError(failed), mine);
      else this.#host.receive(mine);
      if (isAlive) this.#host.alive();
    }
  }

  /** There is another hub, which has not heard what the last one was told, and knows all that anybody has heard of that. */
  #follow(hub: string): void {
    const shared = this.#shared;
    this.#leader = hub;
    if (hub === this.#tab) {
      const say = (words: Words): void => this.#say({ hub, shared, ...words });
      this.#hub = new Hub(this.#ground, shared, say);
    }
    const unsafe = [...this.#sent.values()].filter(
      (message) => !isMeta(message) && message.ext?.idempotencyKey === undefined,
    );
    for (const message of unsafe) this.#sent.delete(keyOf(message));
    this.#host.fail("The tab that had the connection is gone.", unsafe);
    this.#host.alive();
    this.#stand();
    this.#sendAgain();
  }

  /** What the message is to this tab; undefined where it is for others. */
  #mine(message: Message): Message | undefined {
    const { channel, id } = message;
    if (id === undefined && isMeta(message)) {
      const asked = this.#sent.get(keyOf(message));
      return asked && { ...message, id: asked.id };
    }
    if (`${id}`.startsWith(this.#tab)) return { ...message, id: `${id}`.slice(this.#tab.length) };
    const isWanted = channel.startsWith("/service/")
      ? id === undefined
      : patternsCovering(channel).some((pattern) => this.#patterns.has(pattern));
    return isWanted && !isReply(message) ? message : undefined;
  }
}
