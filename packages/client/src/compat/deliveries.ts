import type { CometError } from "../comet-error.ts";
import type { Message } from "../message.ts";
import type { Cancel, World } from "../world.ts";
import type { Guard } from "./hooks.ts";
import type { Listeners } from "./listeners.ts";
import type { Callback, CometMessage, Failure } from "./message.ts";

interface Entry {
  readonly message: CometMessage;
  readonly callback: Callback | undefined;
  /** True where the callback is for the result of a remote call, and not for the receipt. */
  readonly isCall: boolean;
  readonly cancel: Cancel | undefined;
  hasReceipt: boolean;
}

/** A way to send: that of the client. */
export type Send = (message: Message) => Promise<Message>;

/** What was published or called, until there is an answer. */
export class Deliveries {
  readonly #guard: Guard;
  readonly #listeners: Listeners;
  readonly #world: World;
  readonly #entries = new Map<unknown, Entry>();
  #lastId = 0;

  constructor(guard: Guard, listeners: Listeners, world: World) {
    this.#guard = guard;
    this.#listeners = listeners;
    this.#world = world;
  }

  /** Gives the message an id, which it has until there is an answer. */
  publish(message: CometMessage, callback: Callback | undefined): CometMessage {
    return this.#expect(message, { callback, isCall: false, cancel: undefined });
  }

  /** The same for a remote call. `timeout`: milliseconds for the result; 0 for as long as it takes. */
  call(message: CometMessage, callback: Callback | undefined, timeout: number): CometMessage {
    const expire = (): void =>
      this.#fail(stamped.id, { error: "406::timeout" }, { reason: "Remote Call Timeout" });
    const cancel = timeout > 0 ? this.#world.after(timeout, expire) : undefined;
    const stamped = this.#expect(message, { callback, isCall: true, cancel });
    return stamped;
  }

  /** Sends what has its id. */
  send(message: CometMessage, send: Send): void {
    send(message as Message).then(
      (reply) => this.reply(reply as CometMessage),
      (error: CometError) => {
        // An extension has taken it out, and nobody hears of it any more.
        if (error.code === "message_deleted") this.#take(message.id);
        else if (error.reply !== undefined) this.reply(error.reply as CometMessage);
        else this.#fail(message.id, {}, failureOf(error));
      },
    );
  }

  /** The server has answered. Each answer counts once. */
  reply(reply: CometMessage): void {
    const entry = this.#entries.get(reply.id);
    if (entry === undefined || entry.hasReceipt) return;
    entry.hasReceipt = true;
    if (entry.isCall && reply.successful === true) {
      this.#listeners.announce("/meta/publish", reply);
      return;
    }
    this.#finish(entry, reply);
  }

  /** True where the message was the result of a call. */
  takeResult(message: CometMessage): boolean {
    const entry = this.#entries.get(message.id);
    if (entry?.isCall !== true) return false;
    this.#take(message.id);
    const { callback } = entry;
    if (callback === undefined) return false;
    this.#guard(() => callback(message), "onCallbackException", message);
    return true;
  }

  /** The server has forgotten who called. */
  forget(): void {
    for (const [id, { isCall, hasReceipt }] of [...this.#entries]) {
      if (isCall && hasReceipt)
        this.#fail(id, {}, { reason: "The server has forgotten the call." });
    }
  }

  #expect(message: CometMessage, parts: Omit<Entry, "message" | "hasReceipt">): CometMessage {
    const stamped = { ...message, id: `c${++this.#lastId}` };
    this.#entries.set(stamped.id, { ...parts, message: stamped, hasReceipt: false });
    return stamped;
  }

  #fail(id: unknown, fields: Partial<CometMessage>, failure: Failure): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    const { message } = entry;
    const { channel } = message;
    const base = { channel, id: message.id as string, successful: false, ...fields };
    this.#finish(entry, { ...base, failure: { ...failure, message } });
  }

  #finish(entry: Entry, reply: CometMessage): void {
    this.#take(entry.message.id);
    const { callback, isCall } = entry;
    if (callback) this.#guard(() => callback(reply), "onCallbackException", reply);
    if (!isCall || callback === undefined) this.#listeners.announce("/meta/publish", reply);
  }

  #take(id: unknown): void {
    this.#entries.get(id)?.cancel?.();
    this.#entries.delete(id);
  }
}

/** What the library says of a message that had no answer. */
export function failureOf(error: CometError): Failure {
  return {
    reason: error.message,
    ...(error.status !== undefined && { httpCode: error.status }),
    ...(error.cause !== undefined && { exception: error.cause }),
  };
}
