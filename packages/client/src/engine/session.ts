import { asCometError, CometError } from "../comet-error.ts";
import { deferred } from "../deferred.ts";
import { type Advice, isForgotten, type Message } from "../message.ts";
import { handshakeExt, headersOf, type Settings } from "../settings.ts";
import type { TransportFactory } from "../transport.ts";
import { backoff } from "./backoff.ts";
import type { Extensions } from "./extensions.ts";
import { Link, type Question } from "./link.ts";
import { connectMessage, handshakeMessage, offersAck } from "./meta-messages.ts";
import type { Negotiation } from "./negotiation.ts";
import type { Outlet } from "./outbox.ts";

/** Who is told what becomes of a session. None of these may throw. */
export interface SessionListener {
  /** The server has made a client, which is subscribed to nothing. Messages may be sent. */
  entered(): void;
  /** The server has answered a connect. Messages may be sent. */
  answered(): void;
  /** That was the first one, or the first after a failure. */
  connected(recovered: boolean): void;
  /** The server answers no more, or has forgotten the client. Nothing may be sent. */
  interrupted(cause: CometError): void;
  /** An attempt has failed. There will be another one. */
  failed(cause: CometError): void;
  delivered(message: Message): void;
  gap(range: unknown): void;
  /** The server wants the client no more. Nothing follows. */
  ended(cause: CometError): void;
}

/** What a session stands on. */
export interface SessionGround {
  readonly url: string;
  readonly settings: Settings;
  readonly negotiation: Negotiation;
  readonly extensions: Extensions;
  readonly nextId: () => string;
}

/** From one `connect` to the next `disconnect`: shakes hands, connects again and again, and comes back when it broke. */
export class Session implements Outlet {
  readonly #ground: SessionGround;
  readonly #listener: SessionListener;
  #link: Link | undefined;
  #clientId: string | undefined;
  #advice: Advice = {};
  /** What was received, as the server counts; undefined where that is not acknowledged. */
  #position: number | undefined;
  #isOver = false;
  /** True from a connect that was answered until one is not. */
  #isUp = false;
  #isFresh = true;
  /** True where the server is to answer the next connect at once. */
  #isQuick = true;
  /** Attempts in a row that had no answer. */
  #failures = 0;
  /** Times in a row that the server forgot the client before a connect was held. */
  #losses = 0;
  #delay = 0;
  #wake = (): void => undefined;
  hasKeys = false;

  constructor(ground: SessionGround, listener: SessionListener) {
    this.#ground = ground;
    this.#listener = listener;
  }

  get clientId(): string | undefined {
    return this.#clientId;
  }

  get connectionType(): string | undefined {
    return this.#link?.type;
  }

  /** Begins. Settles when the session has ended, and never rejects. */
  async run(): Promise<void> {
    try {
      while (await this.#pause()) await this.#step();
    } catch (cause) {
      const error = asCometError(cause, "connection_failed");
      this.#close(error);
      this.#listener.ended(error);
    }
  }

  /** Sends messages of the client that has been made. */
  ask(questions: readonly Question[]): void {
    this.#link?.ask(questions, this.#ground.settings.maxNetworkDelay);
  }

  /** Shakes hands at once, unless that has been seen already. */
  lost(clientId: string | undefined): void {
    if (clientId === undefined || clientId !== this.#clientId) return;
    this.#lose();
    this.#link?.interrupt(sessionLost());
  }

  /** A message has failed: connects anew to see whether the server is there. */
  doubt(error: CometError): void {
    this.#isQuick = true;
    this.#link?.interrupt(error);
  }

  /** Something has happened to the page: looks at once whether the server is there. Nothing is lost by that. */
  check(): void {
    this.#wake();
    if (!this.#isUp || this.#position === undefined) return;
    this.#isQuick = true;
    this.#link?.interrupt(sessionLost());
  }

  /** Closes the connection and comes back when it is woken up, or soon. */
  suspend(): void {
    this.#link?.fail(new CometError("connection_failed", "The page was put away."));
  }

  /** Tells the server, if it can be told, and lets go of everything. Never rejects. */
  async leave(isUnloading = false): Promise<void> {
    const clientId = this.#clientId;
    this.#isOver = true;
    this.#wake();
    if (clientId !== undefined) {
      const { nextId, settings } = this.#ground;
      const { promise, resolve, reject } = deferred<Message>();
      const message = { channel: "/meta/disconnect", id: nextId(), clientId };
      this.#link?.ask([{ message, resolve, reject }], settings.maxNetworkDelay, isUnloading);
      if (!isUnloading) await promise.catch(() => undefined);
    }
    this.#close(new CometError("disconnected", "The client has disconnected."));
  }

  #close(error: CometError): void {
    this.#isOver = true;
    this.#clientId = undefined;
    this.#link?.close(error);
  }

  /** Resolves when it is time for the next step, to false when there will be none. */
  async #pause(): Promise<boolean> {
    if (this.#delay > 0 && !this.#isOver) {
      const { promise, resolve } = deferred<void>();
      const cancel = this.#ground.settings.world.after(this.#delay, () => resolve());
      this.#wake = () => resolve();
      await promise;
      cancel();
    }
    return !this.#isOver;
  }

  /** Connects, or shakes hands where there is no client. Rejects where it is over. */
  async #step(): Promise<void> {
    const isHandshake = this.#clientId === undefined;
    const type = this.#choose(isHandshake);
    const wasQuick = this.#isQuick;
    const reply = await (isHandshake ? this.#shakeHands() : this.#connect(type)).catch((cause) =>
      this.#fail(asCometError(cause, "connection_failed"), type),
    );
    if (this.#isOver) return;
    const interval = reply && this.#follow(reply, isHandshake, wasQuick);
    const hasEntered = isHandshake && this.#clientId !== undefined;
    this.#delay = hasEntered ? 0 : Math.max(interval ?? 0, this.#backoff());
  }

  #backoff(): number {
    // That the server has forgotten the client once is nothing to wait for.
    const failures = this.#failures + Math.max(0, this.#losses - 1);
    return backoff(failures, this.#ground.settings.world.random);
  }

  #fail(error: CometError, type: string): void {
    if (error.code === "session_lost" || this.#isOver) return;
    this.#ground.negotiation.failed(type, error.code === "transport_unfit");
    this.#stumble(error);
  }

  async #shakeHands(): Promise<Message> {
    const { negotiation, settings } = this.#ground;
    const types = negotiation.candidates.map(({ type }) => type);
    return this.#send(handshakeMessage(types, await handshakeExt(settings)));
  }

  #connect(connectionType: string): Promise<Message> {
    const { timeout = 60_000 } = this.#advice;
    const clientId = this.#clientId as string;
    const isQuick = this.#isQuick;
    const message = connectMessage({ clientId, connectionType, isQuick, position: this.#position });
    return this.#send(message, isQuick ? 0 : timeout);
  }

  /** Does what the reply says, and gives the interval that it advises. */
  #follow(reply: Message, isHandshake: boolean, wasQuick: boolean): number | undefined {
    const given = reply.advice ?? {};
    const isGood = reply.successful === true && (!isHandshake || reply.clientId !== undefined);
    const advice = isHandshake ? given : { ...this.#advice, ...given };
    // The pause that keeps pages with the same client from chasing each other is for this once.
    if (advice["multiple-clients"] !== true) this.#advice = advice;
    if (isGood) {
      if (isHandshake) this.#enter(reply);
      else this.#succeed(reply, wasQuick);
    }
    const reconnect = given.reconnect ?? reconnectAfter(reply, isHandshake && !isGood);
    if (reconnect === "none") {
      throw isGood
        ? new CometError("session_over", "The server has ended it.")
        : CometError.of(reply);
    }
    if (reconnect === "handshake" && !isHandshake) this.#lose();
    else if (!isGood) this.#stumble(CometError.of(reply));
    return advice.interval;
  }

  #enter({ clientId, supportedConnectionTypes, ext }: Message): void {
    this.#ground.negotiation.offer(supportedConnectionTypes);
    this.#clientId = clientId;
    this.#position = offersAck(ext) ? 0 : undefined;
    this.hasKeys = ext?.idempotency === true;
    this.#isFresh = this.#isQuick = true;
    this.#choose(false);
    this.#listener.entered();
  }

  #succeed({ ext }: Message, wasQuick: boolean): void {
    if (this.#position !== undefined && typeof ext?.ack === "number") this.#position = ext.ack;
    this.#failures = 0;
    this.#isQuick = false;
    if (!wasQuick) this.#losses = 0;
    this.#listener.answered();
    if (!this.#isUp) {
      this.#isUp = true;
      this.#listener.connected(!this.#isFresh);
      this.#isFresh = false;
    }
    if (ext?.gap !== undefined) this.#listener.gap(ext.gap);
  }

  #lose(): void {
    this.#clientId = undefined;
    this.#losses++;
    this.#failures = 0;
    this.#interrupt(sessionLost());
  }

  #stumble(error: CometError): void {
    this.#failures++;
    this.#listener.failed(error);
    this.#interrupt(error);
  }

  #interrupt(error: CometError): void {
    this.#isUp = false;
    this.#isQuick = true;
    this.#listener.interrupted(error);
  }

  #send(fields: Omit<Message, "id">, extra = 0): Promise<Message> {
    const { nextId, settings } = this.#ground;
    const { promise, resolve, reject } = deferred<Message>();
    const message = { ...fields, id: nextId() };
    this.#link?.ask([{ message, resolve, reject }], settings.maxNetworkDelay + extra);
    return promise;
  }

  /** Has the best transport of those that both sides have and that work, and names it. */
  #choose(isAnew: boolean): string {
    const { negotiation } = this.#ground;
    if (isAnew) negotiation.offer(undefined);
    const [factory] = negotiation.candidates;
    if (factory === undefined) {
      throw new CometError("transport_missing", "There is no transport that both sides have.");
    }
    if (isAnew || this.#link?.type !== factory.type) this.#open(factory);
    return factory.type;
  }

  #open(factory: TransportFactory): void {
    const { url, settings, negotiation, extensions } = this.#ground;
    this.#link?.close(sessionLost());
    this.#link = new Link(
      {
        ...{ url, world: settings.world, extensions },
        headers: () => headersOf(settings),
        proven: (type) => negotiation.prove(type),
        deliver: (message) => this.#listener.delivered(message),
      },
      factory,
    );
  }
}

function reconnectAfter(reply: Message, isRefused: boolean): Advice["reconnect"] {
  if (isRefused) return "none";
  return isForgotten(reply) ? "handshake" : "retry";
}

function sessionLost(): CometError {
  return new CometError("session_lost", "The server does not know this client any more.");
}
