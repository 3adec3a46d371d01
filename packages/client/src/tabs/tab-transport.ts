import { patternsCovering } from "../channels.ts";
import { CometError } from "../comet-error.ts";
import { HEADERS, isReply, type Message } from "../message.ts";
import type { ITransport, TransportHost } from "../transport.ts";
import { Candidate } from "./candidate.ts";
import type { HubGround } from "./hub.ts";
import { FORGOTTEN, type HubWords, hold } from "./words.ts";

/** Talks to the hub as if that were the server. */
export class TabTransport implements ITransport {
  readonly #host: TransportHost;
  readonly #candidate: Candidate;
  readonly #end = new AbortController();
  readonly #patterns = new Set<string>();
  /** What is under way. */
  readonly #sent = new Map<unknown, Message>();
  #hub: string | undefined;
  #clientId: string | undefined;
  #connectId: Message["id"];

  /** `begin` starts the worker in which there may be a hub, and calls what it is given when there is none. */
  constructor(host: TransportHost, ground: HubGround, begin?: (stand: () => void) => void) {
    this.#host = host;
    const candidate = new Candidate(ground, (words) => this.#hear(words));
    this.#candidate = candidate;
    const release = hold(ground.browser, `${ground.name} ${candidate.tab}`, () => {
      this.#post([]);
      if (begin === undefined) candidate.stand();
      else begin(() => candidate.stand());
    });
    const { signal } = this.#end;
    signal.addEventListener("abort", release);
    const hide = ({ persisted }: Event & { readonly persisted?: boolean }): void => {
      // A page that is put away can neither lead nor follow.
      if (persisted === true) this.close();
    };
    host.world.page?.addEventListener("pagehide", hide as (event: Event) => void, { signal });
  }

  send(messages: readonly Message[], isLast: boolean): void {
    if (this.#end.signal.aborted) {
      const replies = messages.map(({ channel, id }) => ({ ...FORGOTTEN, channel, id }));
      this.#host.receive(replies);
      return;
    }
    for (const message of messages) {
      const { id, channel, subscription = "" } = message;
      if (channel === "/meta/connect") this.#connectId = id;
      if (channel === "/meta/subscribe") this.#patterns.add(subscription);
      if (channel === "/meta/unsubscribe") this.#patterns.delete(subscription);
      this.#sent.set(id, message);
    }
    if (this.#hub !== undefined) this.#post(messages);
    if (isLast) this.close(true);
  }

  abandon({ id }: Message): void {
    this.#sent.delete(id);
  }

  close(isLast = false): void {
    if (this.#end.signal.aborted) return;
    this.#end.abort();
    this.#candidate.close(isLast);
  }

  #post(messages: readonly Message[]): void {
    const { tab } = this.#candidate;
    const words = { tab, messages: messages.map((one) => [one, one[HEADERS]]) };
    const post = (headers?: object): void => {
      try {
        this.#candidate.post({ ...words, headers });
      } catch (cause) {
        this.#host.fail(cause, messages);
      }
    };
    if (/^.meta.(connect|handshake)/.test(messages[0]?.channel ?? "")) {
      this.#host.headers().then(post, (cause) => this.#host.fail(cause, messages));
    } else post();
  }

  #hear({ hub, tab, shared, messages = [], failed, ids, isAlive }: HubWords): void {
    if (hub !== this.#hub) this.#meet(hub);
    if (tab !== undefined && tab !== this.#candidate.tab) return;
    const { clientId } = shared.welcome ?? {};
    const received = messages.flatMap((message) => {
      const mine = tab === undefined ? this.#mine(message, clientId) : message;
      return mine ?? [];
    });
    for (const message of received) {
      if (message.channel === "/meta/handshake") this.#clientId = message.clientId;
      if (isReply(message)) this.#sent.delete(message.id);
    }
    this.#host.receive(received);
    if (isAlive) this.#host.alive();
    if (failed === undefined) return;
    const lost = ids?.flatMap((id) => this.#sent.get(id) ?? []);
    this.#host.fail(new CometError(failed), lost);
  }

  /** There is another hub, which has not heard what the last one was told. */
  #meet(hub: string): void {
    const isFirst = this.#hub === undefined;
    this.#hub = hub;
    this.#candidate.stand();
    const sent = [...this.#sent.values()];
    const isSafe = ({ channel, ext }: Message): boolean =>
      isFirst || channel.startsWith("/meta/") || ext?.idempotencyKey !== undefined;
    for (const message of sent.filter(isSafe)) this.#post([message]);
    this.#host.fail(
      "The tab that had the connection is gone.",
      sent.filter((message) => !isSafe(message)),
    );
  }

  /** What the message is to this tab; undefined where it is for others. */
  #mine(message: Message, clientId: string | undefined): Message | undefined {
    const { channel, id, ext } = message;
    if (channel === "/meta/connect") {
      const isOther = message.successful === true && clientId !== this.#clientId;
      const advice = isOther ? { reconnect: "handshake" as const } : message.advice;
      return {
        ...{ ...message, id: this.#connectId, ext: { ...ext, ack: undefined }, advice },
        successful: message.successful === true && !isOther,
      };
    }
    const { tab } = this.#candidate;
    if (channel.startsWith("/service/") && !isReply(message)) {
      if (id === undefined) return message;
      const [asker, ...rest] = String(id).split("/");
      return asker === tab ? { ...message, id: rest.join("/") } : undefined;
    }
    const isWanted = patternsCovering(channel).some((pattern) => this.#patterns.has(pattern));
    return isWanted && !isReply(message) ? message : undefined;
  }
}
