import type { ClientExtension } from "../engine/client-extension.ts";
import type { Message } from "../message.ts";
import type { ITransport, TransportFactory, TransportHost } from "../transport.ts";
import type { HubWords, Shared } from "./words.ts";

/**
 * Stands between a hub's client and the server. Tells the tabs what comes, together with how far that gets them, before
 * anybody acknowledges it, and answers in the server's place what another hub has asked already.
 */
export class Relay implements ClientExtension {
  readonly #tell: (words: Pick<HubWords, "messages" | "isAlive">) => void;
  readonly #confirmed: Set<string>;
  welcome: Message | undefined;
  #position: number | undefined;
  /** True until the client has shaken hands. */
  #isResumed: boolean;
  #isEnding = false;
  #isLeft = false;
  #isLast = false;

  constructor(
    shared: Shared | undefined,
    tell: (words: Pick<HubWords, "messages" | "isAlive">) => void,
  ) {
    this.#tell = tell;
    this.welcome = shared?.welcome;
    this.#position = shared?.position;
    this.#confirmed = new Set(shared?.confirmed);
    this.#isResumed = shared?.welcome !== undefined;
  }

  get shared(): Omit<Shared, "tabs"> {
    const confirmed = [...this.#confirmed];
    return { welcome: this.welcome, position: this.#position, confirmed };
  }

  /** The position is that of what the tabs were told, whatever the client has made of it. */
  outgoing(message: Message): Message | undefined {
    const { channel, ext } = message;
    if (channel !== "/meta/connect" || ext?.ack === undefined) return undefined;
    return { ...message, ext: { ...ext, ack: this.#position } };
  }

  /** Others go on with the session where it is left. */
  end(isLeft: boolean, isLast: boolean): void {
    this.#isEnding = true;
    this.#isLeft = isLeft;
    this.#isLast = isLast;
  }

  over(factory: TransportFactory): TransportFactory {
    return {
      type: factory.type,
      isSupported: (world) => factory.isSupported(world),
      open: (host) => this.#open(factory, host),
    };
  }

  #open(factory: TransportFactory, host: TransportHost): ITransport {
    const transport = factory.open({
      url: host.url,
      world: host.world,
      headers: () => host.headers(),
      receive: (messages) => {
        this.#note(messages);
        if (!this.#isEnding) this.#tell({ messages });
        host.receive(messages);
      },
      alive: () => {
        this.#tell({ isAlive: true });
        host.alive();
      },
      fail: (cause, messages) => host.fail(cause, messages),
    });
    return {
      send: (messages, isLast) => {
        const asked: Message[] = [];
        for (const message of messages) {
          const reply = this.#answer(message);
          if (reply === undefined) asked.push(message);
          else
            host.receive([
              { successful: true, ...reply, channel: message.channel, id: message.id },
            ]);
        }
        if (asked.length > 0) transport.send(asked, isLast || this.#isLast);
      },
      abandon: (message) => transport.abandon(message),
      close: () => transport.close(),
    };
  }

  #note(messages: readonly Message[]): void {
    for (const message of messages) {
      const { channel, successful, subscription = "", ext } = message;
      if (successful !== true) continue;
      if (channel === "/meta/handshake") {
        this.welcome = message;
        this.#position = ext?.ack ? 0 : undefined;
        this.#confirmed.clear();
      } else if (channel === "/meta/subscribe") this.#confirmed.add(subscription);
      else if (channel === "/meta/connect" && typeof ext?.ack === "number") {
        this.#position = ext.ack;
      }
    }
  }

  /** What the server would say; undefined where it has to be asked. */
  #answer({ channel, subscription = "" }: Message): Partial<Message> | undefined {
    const isResumed = this.#isResumed;
    if (channel === "/meta/handshake") {
      this.#isResumed = false;
      if (isResumed) return this.welcome;
      this.welcome = undefined;
    }
    if (channel === "/meta/disconnect") {
      if (this.#isLeft) return {};
      this.welcome = undefined;
    }
    if (channel === "/meta/unsubscribe") this.#confirmed.delete(subscription);
    if (channel === "/meta/subscribe" && this.#confirmed.has(subscription)) return { subscription };
    return undefined;
  }
}
