import { CometClient } from "../comet-client.ts";
import { asCometError, CometError } from "../comet-error.ts";
import { type Ext, HEADERS, isMessage, type Message } from "../message.ts";
import type { Subscription } from "../subscriptions/subscription.ts";
import type { TransportFactory } from "../transport.ts";
import type { Cancel, World } from "../world.ts";
import { Relay } from "./relay.ts";
import {
  type Browser,
  FORGOTTEN,
  type HubWords,
  hold,
  type Shared,
  type TabWords,
  type Wire,
} from "./words.ts";

/** What a hub stands on. */
export interface HubGround {
  /** Of the channel and the lock. */
  readonly name: string;
  readonly url: string;
  readonly world: World;
  readonly browser: Browser;
  readonly transports: readonly TransportFactory[];
}

interface Tab {
  readonly subscriptions: Map<string, Subscription>;
  readonly forget: Cancel;
}

/** Has the one client of all tabs, and is the server that they talk to. */
export class Hub {
  readonly #id: string;
  readonly #ground: HubGround;
  readonly #wire: Wire;
  readonly #relay: Relay;
  readonly #client: CometClient;
  readonly #tabs = new Map<string, Tab>();
  #headers: Readonly<Record<string, string>> = {};
  #ext: Ext = {};

  /** Goes on with the session, where another hub has had one. */
  constructor(ground: HubGround, shared: Shared | undefined) {
    const { browser, name, url, world, transports } = ground;
    this.#ground = ground;
    this.#id = String(world.random());
    this.#wire = browser.channel(name);
    this.#relay = new Relay(shared, (words) => this.#say(words));
    const headers = () => this.#headers;
    const ext = () => this.#ext;
    const relayed = transports.map((factory) => this.#relay.over(factory));
    this.#client = new CometClient(url, { transports: relayed, headers, ext, world });
    this.#client.use(this.#relay);
    this.#client.addEventListener("interrupted", ({ error }) => {
      if (error?.code !== "session_lost") this.#say({ failed: "connection_failed" });
    });
    this.#client.addEventListener("disconnected", ({ error }) => {
      if (error) this.#clear();
    });
    for (const [tab, patterns] of shared?.tabs ?? []) {
      this.#admit(tab);
      for (const subscription of patterns) {
        this.#subscribe(tab, { channel: "", subscription }).catch(() => undefined);
      }
    }
    if (this.#tabs.size > 0) this.#connect().catch(() => undefined);
    this.#wire.onmessage = ({ data }: { readonly data: unknown }) => this.#hear(data as TabWords);
    this.#say({});
  }

  /** Lets go of everything. The server is told only where no other tab goes on with the session. */
  close(tab: string, isLast: boolean): void {
    this.#tabs.get(tab)?.forget();
    this.#tabs.delete(tab);
    this.#relay.end(this.#tabs.size > 0, isLast);
    this.#client.disconnect().catch(() => undefined);
    this.#clear();
    this.#wire.close();
  }

  #hear(words: Partial<TabWords> | undefined): void {
    const { tab, messages, headers } = words ?? {};
    if (typeof tab !== "string" || !Array.isArray(messages)) return;
    if (!messages.every((one) => isMessage(one?.[0]))) return;
    if (headers !== undefined) this.#headers = headers;
    if (messages.length === 0) this.#say({});
    this.#client.batch(() => {
      for (const one of messages) void this.#handle(tab, { ...one[0], [HEADERS]: one[1] });
    });
  }

  async #handle(tab: string, message: Message): Promise<void> {
    const { channel, id } = message;
    try {
      const reply = await this.#answer(tab, message);
      if (reply) this.#say({ tab, messages: [{ ...reply, channel, id }] });
    } catch (cause) {
      const { reply, code } = asCometError(cause, "not_sent");
      if (reply) this.#say({ tab, messages: [{ ...reply, channel, id }] });
      else this.#say({ tab, failed: code, ids: [id] });
    }
  }

  async #answer(tab: string, message: Message): Promise<Partial<Message> | undefined> {
    const { channel, clientId, subscription = "", advice } = message;
    if (channel === "/meta/handshake") return this.#welcome(tab, message);
    const isQuick = advice?.timeout === 0;
    if (channel === "/meta/disconnect") return this.#dismiss(tab);
    if (channel === "/meta/connect" && isQuick && this.#tabs.has(tab)) await this.#connect();
    const known = this.#tabs.get(tab);
    if (known === undefined || clientId !== this.#relay.welcome?.clientId) return FORGOTTEN;
    // The server's answer to the hub's own connect is the answer to all.
    if (channel === "/meta/connect") return isQuick ? { successful: true } : undefined;
    if (channel === "/meta/subscribe") return this.#subscribe(tab, message);
    if (channel !== "/meta/unsubscribe") {
      return this.#client.send({ ...message, id: `${tab}/${message.id}` });
    }
    known.subscriptions.get(subscription)?.unsubscribe();
    known.subscriptions.delete(subscription);
    return { successful: true, subscription };
  }

  async #welcome(tab: string, { ext = {} }: Message): Promise<Partial<Message>> {
    this.#ext = ext;
    this.#admit(tab);
    await this.#connect();
    const { welcome } = this.#relay;
    if (welcome === undefined) throw new CometError("session_lost");
    return {
      ...welcome,
      supportedConnectionTypes: ["tabs"],
      ext: { ...welcome.ext, ack: undefined },
    };
  }

  #connect(): Promise<void> {
    return this.#client.connect();
  }

  #admit(tab: string): void {
    if (this.#tabs.has(tab)) return;
    const { browser, name } = this.#ground;
    // Nobody else has its lock before the tab is gone.
    const forget = hold(browser, `${name} ${tab}`, () => void this.#dismiss(tab));
    this.#tabs.set(tab, { subscriptions: new Map(), forget });
  }

  async #dismiss(tab: string): Promise<Partial<Message>> {
    const { forget, subscriptions } = this.#tabs.get(tab) ?? {};
    this.#tabs.delete(tab);
    forget?.();
    for (const one of subscriptions?.values() ?? []) one.unsubscribe();
    if (this.#tabs.size === 0) await this.#client.disconnect();
    return { successful: true };
  }

  async #subscribe(tab: string, { subscription = "", ext }: Message): Promise<Partial<Message>> {
    const { subscriptions } = this.#tabs.get(tab) as Tab;
    const { replay, ...rest } = ext ?? {};
    const options = {
      ext: rest,
      ...(replay ? { replay: (replay as Record<string, number>)[subscription] as number } : {}),
    };
    const one =
      subscriptions.get(subscription) ??
      this.#client.subscribe(subscription, () => undefined, options);
    subscriptions.set(subscription, one);
    try {
      await one.ready;
    } catch (cause) {
      subscriptions.delete(subscription);
      throw cause;
    }
    return { successful: true, subscription };
  }

  #clear(): void {
    for (const { forget } of this.#tabs.values()) forget();
    this.#tabs.clear();
  }

  #say(words: Omit<HubWords, "hub" | "shared">): void {
    const tabs = [...this.#tabs].map(
      ([tab, { subscriptions }]) => [tab, [...subscriptions.keys()]] as const,
    );
    this.#wire.postMessage({ hub: this.#id, shared: { ...this.#relay.shared, tabs }, ...words });
  }
}
