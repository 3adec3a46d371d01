import type { CometError } from "../comet-error.ts";
import { failureOf } from "./deliveries.ts";
import type { Guard, SubscriptionHandle } from "./hooks.ts";
import type { Listeners } from "./listeners.ts";
import type { Callback, CometMessage, Props } from "./message.ts";

const SUBSCRIBE = "/meta/subscribe";
const UNSUBSCRIBE = "/meta/unsubscribe";

/** A subscription of the client. */
interface Line {
  readonly ready: Promise<unknown>;
  unsubscribe(): void;
}

/** What topics need of those who have the connection. */
export interface TopicGround {
  readonly guard: Guard;
  readonly listeners: Listeners;
  /** Runs it now, or when the batch ends. */
  run(action: () => void): void;
  /** Runs it soon. */
  later(action: () => void): void;
  /** Has the client ask the server, now and whenever the server has forgotten. */
  open(channel: string): Line;
}

/** A channel, or a pattern, and who is subscribed to it here. */
interface Topic {
  readonly channel: string;
  readonly props: Props;
  readonly handles: Set<SubscriptionHandle>;
  /** Who waits for the answer of the server. */
  waiting: Callback[];
  isConfirmed: boolean;
  line: Line | undefined;
}

/** What goes with a good-bye to a channel. */
interface Leaving {
  readonly props: Props;
  readonly callback: Callback | undefined;
}

/** Who is subscribed to what, until the application disconnects. */
export class Topics {
  readonly #ground: TopicGround;
  readonly #topics = new Map<string, Topic>();
  readonly #leaving = new Map<string, Leaving>();
  /** Those from before the server forgot the client. */
  readonly #carried = new Set<SubscriptionHandle>();
  /** True from the new handshake until the first connect was answered: when applications subscribe again by themselves. */
  #isRenewing = false;

  constructor(ground: TopicGround) {
    this.#ground = ground;
  }

  /** What a message about the subscription has beyond its channel. */
  propsFor(channel: string, subscription = ""): Props {
    const from = channel === SUBSCRIBE ? this.#topics : this.#leaving;
    return from.get(subscription)?.props ?? {};
  }

  subscribe(handle: SubscriptionHandle, props: Props, callback: Callback | undefined): void {
    const { channel } = handle;
    const topic = this.#topics.get(channel);
    if (topic === undefined) {
      this.#begin(handle, props, callback);
      return;
    }
    for (const other of topic.handles) {
      if (this.#givesWay(other, handle)) this.#drop(topic, other);
    }
    topic.handles.add(handle);
    if (callback === undefined) return;
    if (topic.isConfirmed) this.#confirm(SUBSCRIBE, channel, callback);
    else topic.waiting.push(callback);
  }

  unsubscribe(handle: SubscriptionHandle, props: Props, callback: Callback | undefined): void {
    const { channel } = handle;
    const topic = this.#topics.get(channel);
    if (topic === undefined || !this.#drop(topic, handle) || topic.handles.size > 0) {
      this.#confirm(UNSUBSCRIBE, channel, callback);
      return;
    }
    this.#topics.delete(channel);
    this.#leaving.set(channel, { props, callback });
    this.#ground.run(() => topic.line?.unsubscribe());
  }

  /** Ends all. */
  clear(): void {
    for (const { handles } of [...this.#topics.values()]) {
      for (const handle of [...handles]) this.unsubscribe(handle, {}, undefined);
    }
  }

  /** Another subscription has taken the place of this one. */
  release(handle: SubscriptionHandle): void {
    const topic = this.#topics.get(handle.channel);
    if (topic !== undefined) this.#drop(topic, handle);
  }

  /** It is over. The server need not be told. */
  forget(): void {
    for (const topic of [...this.#topics.values()]) this.#end(topic);
  }

  /** The server has answered. */
  reply(reply: CometMessage): void {
    if (reply.channel === UNSUBSCRIBE) this.#left(reply);
    else this.#answered(reply);
  }

  /** A new client is on its way: what there was is subscribed to again. */
  renew(): void {
    this.#isRenewing = true;
    for (const topic of this.#topics.values()) {
      topic.isConfirmed = false;
      for (const handle of topic.handles) this.#carried.add(handle);
    }
  }

  /** The new client has nothing that would have to be left. */
  renewed(): void {
    for (const channel of [...this.#leaving.keys()]) {
      this.#left({ channel: UNSUBSCRIBE, subscription: channel, successful: true });
    }
  }

  settled(): void {
    this.#isRenewing = false;
  }

  #begin(handle: SubscriptionHandle, props: Props, callback: Callback | undefined): void {
    const { channel } = handle;
    const topic: Topic = {
      ...{ channel, props, handles: new Set([handle]) },
      ...{ waiting: callback ? [callback] : [], isConfirmed: false, line: undefined },
    };
    this.#topics.set(channel, topic);
    this.#leaving.delete(channel);
    this.#ground.run(() => {
      topic.line = this.#ground.open(channel);
      topic.line.ready.catch((error: CometError) => this.#broke(topic, error));
    });
  }

  /** True where the application seems to have made the new one in the place of the other. */
  #givesWay(other: SubscriptionHandle, { callback, scope }: SubscriptionHandle): boolean {
    const isSame = other.callback === callback && other.scope === scope;
    return this.#carried.has(other) && (this.#isRenewing || isSame);
  }

  #drop(topic: Topic, handle: SubscriptionHandle): boolean {
    this.#carried.delete(handle);
    this.#ground.listeners.remove(handle);
    return topic.handles.delete(handle);
  }

  #answered(reply: CometMessage): void {
    const topic = this.#topics.get(reply.subscription ?? "");
    const waiting = topic?.waiting.splice(0) ?? [];
    if (topic !== undefined) {
      topic.isConfirmed = reply.successful === true;
      if (!topic.isConfirmed) this.#end(topic);
    }
    for (const callback of waiting) this.#call(callback, { ...reply });
    this.#ground.listeners.announce(SUBSCRIBE, reply);
  }

  /** It is over without an answer of the server. */
  #broke(topic: Topic, error: CometError): void {
    const base = { channel: SUBSCRIBE, subscription: topic.channel, successful: false };
    const reply = { ...base, failure: failureOf(error) };
    if (this.#topics.get(topic.channel) === topic) this.#answered(reply);
    // It was left before there was an answer.
    else for (const callback of topic.waiting.splice(0)) this.#call(callback, reply);
  }

  #end(topic: Topic): void {
    this.#topics.delete(topic.channel);
    for (const handle of [...topic.handles]) this.#drop(topic, handle);
  }

  #left(reply: CometMessage): void {
    const { subscription = "" } = reply;
    const leaving = this.#leaving.get(subscription);
    this.#leaving.delete(subscription);
    if (leaving?.callback) this.#call(leaving.callback, reply);
    this.#ground.listeners.announce(UNSUBSCRIBE, reply);
  }

  /** Says later that it has worked, where the server need not be asked. */
  #confirm(channel: string, subscription: string, callback: Callback | undefined): void {
    if (callback === undefined) return;
    const reply = { channel, subscription, successful: true };
    this.#ground.later(() => this.#call(callback, reply));
  }

  #call(callback: Callback, reply: CometMessage): void {
    this.#ground.guard(() => callback(reply), "onCallbackException", reply);
  }
}
