import { randomUUID } from "node:crypto";
import {
  Batch,
  bayeuxError,
  type Cancel,
  CometAsyncResult,
  CometError,
  type EncodedMessage,
  isPromise,
  type Message,
} from "@encke/core";
import { ask, type Replies } from "./ask.ts";
import { Calls } from "./calls.ts";
import type { Connection } from "./connection.ts";
import type { Gateway } from "./gateway.ts";
import { type Auth, type Joined, join, Refused } from "./joining.ts";
import type { Namespace } from "./namespace.ts";
import type { Outlet } from "./outlet.ts";
import {
  ackPacket,
  connectPacket,
  disconnectPacket,
  eventPacket,
  refusalPacket,
} from "./packets.ts";
import { privateIdOf } from "./recovery.ts";
import { type Receipt, receiptOf, type Wish, wishOf } from "./requests.ts";
import { SessionContext } from "./session-context.ts";
import { Stream } from "./stream.ts";

/** What becomes of an event that nobody waits to hear of. */
type Answer = (receipt: Receipt) => void;

/** One client of the Comet: a connection in one namespace. */
export class Session {
  readonly namespace: Namespace;
  readonly outlet: Outlet;
  readonly #gateway: Gateway;
  readonly #connection: Connection;
  readonly #context: SessionContext;
  readonly #calls = new Calls();
  readonly #onClose = new Set<() => void>();
  #clientId = "";
  /** True for a client that was made for this session, and that nobody has heard of yet. */
  #isNew = false;
  /** What makes the ids of its messages others than those of an earlier session of the client. */
  readonly #prefix = randomUUID();
  #nextId = 0;
  #isOver = false;
  #hasGap = false;
  /** Messages that came before the client was told that it is connected. */
  #early: EncodedMessage[] | undefined = [];
  /** The position of the newest message that it was sent. */
  #position = 0;

  constructor(gateway: Gateway, connection: Connection, namespace: Namespace) {
    this.#gateway = gateway;
    this.#connection = connection;
    this.namespace = namespace;
    this.outlet = connection.outlet;
    this.#context = new SessionContext(connection.context);
  }

  get isOpen(): boolean {
    return !this.#isOver;
  }

  /** True as soon as the client was told that it is connected. */
  get isConnected(): boolean {
    return this.#early === undefined;
  }

  get clientId(): string {
    return this.#clientId;
  }

  newId(): string {
    return `${this.#prefix}.${this.#nextId++}`;
  }

  /** Joins, and tells the peer what came of it. Never rejects. */
  async open(auth: Auth): Promise<void> {
    try {
      const joined = await join(this.#joining(), auth);
      if (this.isOpen) this.#welcome(joined);
      // Nobody knows of it, and nobody will come back for it.
      else if (this.#isNew) this.#disconnect();
    } catch (cause) {
      this.#refuse(cause);
    }
  }

  /** One event of the client. */
  receive(args: readonly unknown[], answer: Answer): void {
    const wish = this.#wishOf(args);
    if (typeof wish === "string") answer({ ok: false, error: wish });
    else this.#fulfil(wish, answer);
  }

  /** The answer to an event of the client. */
  acknowledge(id: number, receipt: Receipt): void {
    if (this.isOpen) this.outlet.send(ackPacket(this.namespace.name, id, receipt));
  }

  /** False: taken, but the peer reads too slowly. */
  deliver(batch: Batch): boolean {
    if (this.#early !== undefined) this.#early.push(...batch.messages);
    else if (!this.#sendShared(batch)) for (const message of batch.messages) this.#send(message);
    return this.outlet.isReady;
  }

  /** Some of the client's messages are gone. */
  noteGap(): void {
    this.#hasGap = true;
    if (this.isConnected) this.outlet.send(eventPacket(this.namespace.name, ["encke:gap"]));
  }

  /** Calls back once, when the client is here no more. */
  onClose(listener: () => void): Cancel {
    this.#onClose.add(listener);
    return () => this.#onClose.delete(listener);
  }

  /** The client has left the namespace. */
  leave(): void {
    this.close();
    this.#disconnect();
  }

  /** The Comet has done with it: the client is told, and comes back only if it is another server's turn. */
  dismiss(): void {
    if (this.#gateway.comet.isClosing) void this.#connection.close();
    else this.outlet.send(disconnectPacket(this.namespace.name));
    this.close();
  }

  /** The peer is gone, and the client waits for it. */
  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#connection.forget(this);
    const { sessions } = this.#gateway;
    if (sessions.get(this.#clientId) === this) sessions.delete(this.#clientId);
    const listeners = [...this.#onClose];
    this.#onClose.clear();
    for (const listener of listeners) listener();
  }

  #disconnect(): void {
    const { comet } = this.#gateway;
    const message = { channel: "/meta/disconnect", clientId: this.#clientId };
    void ask(comet, message, this.#context);
  }

  #joining(): Parameters<typeof join>[0] {
    return {
      comet: this.#gateway.comet,
      context: this.#context,
      result: new CometAsyncResult(new Stream(this)),
      patterns: this.namespace.patterns,
      onClient: (clientId, isNew) => {
        this.#clientId = clientId;
        this.#isNew = isNew;
        this.#gateway.sessions.set(clientId, this);
      },
    };
  }

  #welcome({ clientId, key, start, recovery }: Joined): void {
    const { publicId } = this.#gateway.comet.client(clientId) ?? {};
    if (publicId === undefined) {
      this.#refuse(new Refused(bayeuxError("session_unknown")));
      return;
    }
    const { position } = start;
    // With the id that it had, a client takes it that it has missed nothing.
    const known = this.#hasGap ? undefined : recovery?.pid;
    const pid = position === undefined ? {} : { pid: known ?? privateIdOf(key, position) };
    this.#isNew = false;
    this.#connection.joined();
    this.outlet.send(connectPacket(this.namespace.name, { sid: publicId, ...pid }));
    const early = this.#early ?? [];
    this.#early = undefined;
    this.deliver(new Batch(early));
  }

  #refuse(cause: unknown): void {
    if (!this.isOpen) return;
    const error = this.#errorOf(cause);
    const reason = error.slice(error.lastIndexOf(":") + 1);
    this.outlet.send(refusalPacket(this.namespace.name, reason, error));
    this.close();
    if (this.#isNew) this.#disconnect();
  }

  #wishOf(args: readonly unknown[]): Wish | string {
    try {
      return wishOf(args, this);
    } catch (cause) {
      return this.#errorOf(cause);
    }
  }

  #fulfil({ message, target }: Wish, answer: Answer): void {
    const { comet } = this.#gateway;
    const { id } = message as { readonly id?: string };
    const isCall = target !== undefined && id !== undefined && comet.hasRemote(target);
    if (isCall) this.#calls.add(id, answer);
    const take = (replies: Replies): void => {
      if (isCall) this.#takeResult(id, replies);
      else answer(receiptIn(replies));
    };
    const fail = (cause: unknown): void => {
      if (isCall) this.#calls.delete(id);
      answer({ ok: false, error: this.#errorOf(cause) });
    };
    try {
      const replies = ask(comet, message, this.#context);
      // No promise where there is nothing to wait for: each event comes by here.
      if (isPromise(replies)) void replies.then(take).then(undefined, fail);
      else take(replies);
    } catch (cause) {
      fail(cause);
    }
  }

  #takeResult(id: string, replies: Replies): void {
    const [, result] = replies;
    const failed = failureIn(replies);
    if (result !== undefined) this.#calls.take(result);
    else if (failed !== undefined) this.#calls.take({ ...failed, id });
  }

  /** False: nothing was sent, the messages have to be looked at one by one. */
  #sendShared(batch: Batch): boolean {
    const shared = this.namespace.sharedOf(batch);
    if (shared === undefined) return false;
    const { packet, first, last } = shared;
    if (first !== undefined && first < this.#position) return false;
    if (last !== undefined) this.#position = last;
    this.outlet.send(packet);
    return true;
  }

  #send(message: EncodedMessage): void {
    const { position } = message;
    const isOlder = position !== undefined && position < this.#position;
    const delivery = isOlder
      ? this.namespace.deliveryAt(message, this.#position)
      : this.namespace.deliveryOf(message);
    if (delivery === undefined) return;
    if (position !== undefined && !isOlder) this.#position = position;
    const { packet, answer } = delivery;
    if (answer === undefined || !this.#calls.take(answer)) this.outlet.send(packet);
  }

  #errorOf(cause: unknown): string {
    if (cause instanceof Refused) return cause.message;
    if (cause instanceof CometError && cause.code.startsWith("request_")) {
      return bayeuxError("field_invalid", ["data"]);
    }
    // So deep that it cannot be written.
    if (cause instanceof RangeError) return bayeuxError("field_invalid", ["data"]);
    const text = "A Socket.IO client could not be served.";
    if (!this.#gateway.comet.isClosing) this.#gateway.comet.log("error", text, { cause });
    return bayeuxError(this.#gateway.comet.isClosing ? "server_closing" : "server_error");
  }
}

function receiptIn(replies: Replies): Receipt {
  const [receipt, result] = replies;
  // What a service has answered comes beside its receipt.
  const answered = result === undefined ? receipt : { ...receipt, data: result.data };
  return receiptOf(failureIn(replies) ?? answered);
}

function failureIn(replies: Replies): Message | undefined {
  return replies.find(({ successful }) => successful === false);
}
