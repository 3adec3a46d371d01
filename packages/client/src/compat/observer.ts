import type { CometError } from "../comet-error.ts";
import type { ClientExtension } from "../engine/client-extension.ts";
import { type Advice, isForgotten, type Message } from "../message.ts";
import type { TransportHost } from "../transport.ts";
import { type Deliveries, failureOf } from "./deliveries.ts";
import type { Ground } from "./ground.ts";
import { type FailureInfo, tell } from "./hooks.ts";
import type { Callback, CometMessage, Failure, Props, Status } from "./message.ts";
import type { Patience } from "./patience.ts";
import type { Topics } from "./topics.ts";

/** What an observer tells, and what it puts into handshakes. */
export interface Observed {
  readonly patience: Patience;
  host(): TransportHost | undefined;
  /** Goes on as the application wants it. */
  redirect(info: FailureInfo): void;
  readonly deliveries: Deliveries;
  readonly topics: Topics;
  readonly props: Props;
  readonly callback: Callback | undefined;
}

/** Sees what the client sends and receives, and tells of it in the words of cometd.js. */
export class Observer implements ClientExtension {
  status: Status = "handshaking";
  advice: Advice;
  /** What goes with the good-bye. */
  goodbye: Props = {};
  /** The reply to the good-bye, or what stands for it. */
  farewell: CometMessage = { channel: "/meta/disconnect", successful: true };
  /** Handshakes and connects that extensions have taken out. They are not sent, but somebody may answer. */
  readonly withheld: Set<unknown> = new Set();
  readonly #ground: Ground;
  readonly #observed: Observed;
  /** The reply to a handshake, until the client acts on it. */
  #welcome: CometMessage | undefined;
  #hasEntered = false;
  /** The transport whose handshake has failed last. */
  #failed: { readonly type: string; readonly failure: Failure } | undefined;
  #type = "";

  constructor(ground: Ground, observed: Observed) {
    this.#ground = ground;
    this.#observed = observed;
    this.advice = ground.configuration().advice;
  }

  readonly outgoing = (given: Message): Message | null => {
    const fields = { ...this.#propsFor(given), ...given, ext: this.#extFor(given) };
    const message = withoutGaps(fields) as CometMessage;
    if (message.channel === "/meta/handshake") this.#shakeHands(message);
    if (message.channel === "/meta/connect") {
      this.#enter();
      // A listener may have disconnected meanwhile.
      if (this.status === "disconnecting") return null;
      this.status = "connected";
    }
    const passed = this.#ground.extensions.pass(message, "outgoing");
    this.#ground.log.write("debug", "Send", passed);
    if (passed !== null) return this.#awaited({ ...(passed as Message), id: given.id });
    if (!isBeat(given)) return null;
    this.withheld.add(given.id);
    return given;
  };

  readonly incoming = (given: Message): Message | null => {
    const message = this.#ground.extensions.pass({ ...given } as CometMessage, "incoming");
    this.#ground.log.write("debug", "Received", message);
    if (message === null) return null;
    this.#observed.patience.end(given);
    if (message.advice) this.advice = { ...this.#ground.configuration().advice, ...message.advice };
    this.#receive(message);
    return message as Message;
  };

  readonly failed = (message: Message, error: CometError): void => {
    const { channel, id } = message as CometMessage;
    this.#observed.patience.end(message);
    const failure = { ...failureOf(error), connectionType: this.#type };
    const base = { channel, ...(id !== undefined && { id }), successful: false };
    const reply = { ...base, failure: { ...failure, message: message as CometMessage } };
    if (channel === "/meta/disconnect") this.farewell = reply;
    if (channel === "/meta/connect") this.#connected(reply);
    if (channel !== "/meta/handshake") return;
    this.#failed = { type: this.#type, failure };
    this.#greet(reply);
  };

  /** The conversation is over. */
  end(error: CometError | undefined): void {
    const welcome = this.#welcome;
    this.#welcome = undefined;
    this.status = "disconnected";
    if (welcome !== undefined && error !== undefined) {
      this.#greet({ ...welcome, successful: false, failure: failureOf(error) });
    }
    if (error?.code === "transport_missing") this.#changed(null, failureOf(error));
  }

  #propsFor({ channel, subscription }: Message): Props {
    if (channel === "/meta/handshake") return this.#observed.props;
    if (channel === "/meta/disconnect") return this.goodbye;
    return this.#observed.topics.propsFor(channel, subscription);
  }

  /** Waits for an answer, where not the client does. */
  #awaited(message: Message): Message {
    const { patience, host } = this.#observed;
    if (this.#ground.timeoutListeners.size === 0) return message;
    const { timeout = 0 } = { ...this.advice, ...message.advice };
    const isHeld = message.channel === "/meta/connect";
    const { maxNetworkDelay } = this.#ground.configuration();
    patience.wait(message, maxNetworkDelay + (isHeld ? timeout : 0), host);
    return message;
  }

  /** Those of the application and those of the client. */
  #extFor(message: Message): object | undefined {
    const { ext } = this.#propsFor(message) as { readonly ext?: object };
    return ext || message.ext ? { ...ext, ...message.ext } : undefined;
  }

  #shakeHands(message: CometMessage): void {
    const { timeout, interval } = this.#ground.configuration().advice;
    message.advice = withoutGaps({ timeout, interval }) as Advice;
    const [type = ""] = message.supportedConnectionTypes ?? [];
    if (this.#failed !== undefined && this.#failed.type !== type) {
      this.#changed(type, this.#failed.failure);
    }
    this.#failed = undefined;
    this.#type = type;
    this.status = "handshaking";
    if (this.#hasEntered) this.#observed.topics.renew();
  }

  /** The client has acted on the reply to its handshake: it has an id, and what waited has been sent. */
  #enter(): void {
    const welcome = this.#welcome;
    if (welcome === undefined) return;
    this.#welcome = undefined;
    if (this.#hasEntered) {
      welcome.reestablish = true;
      this.#observed.deliveries.forget();
      this.#observed.topics.renewed();
    } else welcome.reestablish = false;
    this.#hasEntered = true;
    this.#greet(welcome);
  }

  #receive(message: CometMessage): void {
    const { channel } = message;
    const { deliveries, topics } = this.#observed;
    if (channel === "/meta/handshake") {
      if (message.successful === true) this.#welcome = message;
      else this.#greet(message);
    } else if (channel === "/meta/connect") this.#connected(message);
    else if (channel === "/meta/disconnect") this.farewell = message;
    else if (message.data !== undefined) {
      if (!deliveries.takeResult(message)) this.#ground.listeners.notify(channel, message);
    } else if (isForgotten(message as Message)) {
      // It will be sent again.
    } else if (/^\/meta\/(un)?subscribe$/.test(channel)) topics.reply(message);
    else deliveries.reply(message);
  }

  #greet(reply: CometMessage): void {
    const { callback } = this.#observed;
    if (callback) this.#ground.guard(() => callback(reply), "onCallbackException", reply);
    this.#ground.listeners.announce("/meta/handshake", reply);
    this.#ask(reply);
  }

  #connected(reply: CometMessage): void {
    this.#ground.listeners.announce("/meta/connect", reply);
    if (reply.successful === true) this.#observed.topics.settled();
    else if (this.status === "connected") this.status = "connecting";
    this.#ask(reply);
  }

  /** Has the application say how to go on after a failure. */
  #ask(reply: CometMessage): void {
    const { hooks, guard } = this.#ground;
    if (reply.successful === true || hooks.onTransportFailure === undefined) return;
    const { reconnect = "retry" } = reply.advice ?? {};
    const redirect = (info: FailureInfo): void => this.#observed.redirect(info);
    const ask = (): void => hooks.onTransportFailure?.(reply, { action: reconnect }, redirect);
    guard(ask, "onCallbackException", reply);
  }

  #changed(type: string | null, failure: Failure): void {
    const { hooks, log } = this.#ground;
    tell(hooks, log, "onTransportException", [failure, this.#failed?.type ?? this.#type, type]);
  }
}

/** True of what the client sends by itself, again and again. */
function isBeat({ channel }: Message): boolean {
  return channel === "/meta/handshake" || channel === "/meta/connect";
}

/** The same without what is undefined, as JSON would have it. */
function withoutGaps(value: object): object {
  const entries = Reflect.ownKeys(value).map((key) => [key, Reflect.get(value, key)] as const);
  return Object.fromEntries(entries.filter(([, one]) => one !== undefined));
}
