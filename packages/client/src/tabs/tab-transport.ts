import { absoluteUrl } from "../absolute-url.ts";
import { patternsCovering } from "../channels.ts";
import { CometError } from "../comet-error.ts";
import { HEADERS, isMessage, isMeta, isReply, type Message } from "../message.ts";
import { onAbort } from "../on-abort.ts";
import type { ITransport, TransportFactory, TransportHost } from "../transport.ts";
import { candidacy } from "./candidacy.ts";
import { Hub } from "./hub.ts";
import { type Browser, clientOf, keyOf, type Shared, type Wire, type Words } from "./words.ts";

/** Milliseconds. A browser may never say that a worker cannot be loaded. */
const WORKER_PATIENCE = 2_000;

/** Talks to the hub of all tabs as if that were the server, and becomes the next one when that is gone. */
export class TabTransport implements ITransport {
  readonly #host: TransportHost;
  readonly #transports: readonly TransportFactory[];
  /** Begins the ids of its messages. */
  readonly #tab: string;
  readonly #ear: Wire;
  /** Another one, so that this tab hears what it says when all others do. */
  readonly #mouth: Wire;
  readonly #end = new AbortController();
  /** Makes it one of those that become the hub when there is none. */
  readonly #stand: () => void;
  readonly #patterns = new Set<string>();
  /** What is under way, by its key. */
  readonly #sent = new Map<unknown, Message>();
  #shared: Shared = { known: new Map(), tabs: new Map() };
  /** Whose words count. */
  #leader: unknown;
  #hub: Hub | undefined;

  /** `begin` starts the worker in which there may be a hub, and calls what it is given when there is none. */
  constructor(
    host: TransportHost,
    browser: Browser,
    transports: readonly TransportFactory[],
    begin: (stand: () => void) => void,
  ) {
    this.#host = host;
    this.#transports = transports;
    const { signal } = this.#end;
    // Of the channel and the lock.
    const name = `encke ${absoluteUrl(host.url)}`;
    this.#tab = `${host.world.random()}/`;
    this.#mouth = browser.channel(name);
    this.#ear = browser.channel(name);
    this.#ear.onmessage = ({ data }: { readonly data: Partial<Words> | null | undefined }) => {
      if (data?.messages?.every?.(isMessage)) this.#hear(data as Words);
    };
    this.#stand = candidacy(browser, name, signal, () =>
      this.#say({ hub: this.#tab, messages: [] }),
    );
    onAbort(signal, host.world.after(WORKER_PATIENCE, this.#stand));
    begin(this.#stand);
  }

  send(messages: readonly Message[]): void {
    const [{ clientId }] = messages as [Message];
    // There may be another session than the one that this tab has had.
    if (clientId && clientId !== clientOf(this.#shared)) {
      this.#host.receive(messages.map(({ channel, id }) => ({ channel, id, ...FORGOTTEN })));
      return;
    }
    for (const message of messages) {
      const { channel, subscription = "" } = message;
      this.#sent.set(keyOf(message), message);
      if (channel === "/meta/subscribe") this.#patterns.add(subscription);
      if (channel === "/meta/unsubscribe") this.#patterns.delete(subscription);
    }
    this.#ask(messages);
  }

  abandon(message: Message): void {
    if (this.#sent.delete(keyOf(message))) this.#ask([message], true);
  }

  close(): void {
    const words = { tab: this.#tab, messages: [] };
    this.#say(words);
    // There will be no time to hear it.
    this.#hear(words);
    this.#end.abort();
    this.#ear.close();
    this.#mouth.close();
    this.#hub?.close();
  }

  #say(words: Words): void {
    if (!this.#end.signal.aborted) this.#mouth.postMessage(words);
  }

  #ask(asked: readonly Message[], isAbandoned = false): void {
    const tab = this.#tab;
    // What JSON leaves out need not be something that can be cloned.
    const messages = JSON.parse(
      JSON.stringify(
        asked.map((message) => ({ ...message, id: tab + message.id, headers: message[HEADERS] })),
      ),
    );
    this.#say({ tab, patterns: this.#patterns, messages, isAbandoned });
  }

  #hear(words: Words): void {
    const { tab, patterns, hub, shared, messages, failed } = words;
    if (tab) {
      const { tabs } = this.#shared;
      if (patterns) tabs.set(tab, patterns);
      else tabs.delete(tab);
      this.#hub?.take(words);
    }
    if (!hub) return;
    // Before a worker that comes late, and has heard nothing of what this tab knows.
    this.#stand();
    if (!shared) this.#follow(hub);
    this.#leader ??= hub;
    if (!shared || hub !== this.#leader) return;
    if (this.#hub) this.#hub.heard(words);
    else this.#shared = shared;
    const mine = messages.flatMap((message) => this.#mine(message) ?? []);
    if (failed) this.#host.fail(new CometError(failed), mine);
    else this.#host.receive(mine);
    if (messages.length === 0) this.#host.alive();
  }

  /** There is another hub, which has not heard what the last one was told, and knows all that anybody has heard of that. */
  #follow(hub: string): void {
    const shared = this.#shared;
    this.#leader = hub;
    if (hub === this.#tab) {
      const say = (words: Words): void => this.#say({ hub, shared, ...words });
      this.#hub = new Hub(this.#host, this.#transports, shared, say);
    }
    const lost = [...this.#sent.values()];
    // So that they are not given up, since the next hub may have them already from another tab.
    this.#sent.clear();
    this.#host.fail(new CometError("session_lost"), lost);
  }

  /** What the message is to this tab; undefined where it is for others. */
  #mine(message: Message): Message | undefined {
    const { channel, id } = message;
    const isOwn = `${id}`.startsWith(this.#tab);
    const own = isOwn ? { ...message, id: `${id}`.slice(this.#tab.length) } : message;
    const key = keyOf(own);
    const asked = this.#sent.get(key);
    this.#sent.delete(key);
    if (isMeta(message)) return asked && { ...message, id: asked.id };
    const isWanted = channel.startsWith("/service/")
      ? id === undefined
      : !isReply(message) &&
        patternsCovering(channel).some((pattern) => this.#patterns.has(pattern));
    return isOwn || isWanted ? own : undefined;
  }
}

/** Nothing has been done with what is answered so. */
const FORGOTTEN: Partial<Message> = { successful: false, error: "402::session_lost" };
