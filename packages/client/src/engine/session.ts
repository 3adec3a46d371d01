import type { ClientEvents, EventFields } from "../client-events.ts";
import { asCometError, CometError } from "../comet-error.ts";
import { deferred } from "../deferred.ts";
import { type Advice, isForgotten, type Message } from "../message.ts";
import { handshakeExt } from "../settings.ts";
import { backoff } from "./backoff.ts";
import { Link, type LinkGround, type Question } from "./link.ts";
import type { Outlet } from "./outbox.ts";

/** Raises an event. */
export type Tell = <Type extends keyof ClientEvents>(type: Type, fields: EventFields<Type>) => void;

/** Who is told what becomes of a session. None of these may throw. */
export interface SessionListener {
  /** The server has made a client, which is subscribed to nothing. Messages may be sent. */
  entered(session: Session): void;
  /** The server has answered a connect. Messages may be sent. */
  answered(session: Session): void;
  /** That was the first one, or the first after a failure. */
  connected(recovered: boolean): void;
  /** The server answers no more, or has forgotten the client. Nothing may be sent. */
  interrupted(cause: CometError): void;
  readonly tell: Tell;
  readonly delivered: (message: Message) => void;
  /** The server wants the client no more. Nothing follows. */
  ended(cause: CometError): void;
}

/** What a session stands on. */
export interface SessionGround extends LinkGround {
  readonly nextId: () => string;
}

/** From one `connect` to the next `disconnect`: shakes hands, connects again and again, and comes back when it broke. */
export class Session implements Outlet {
  readonly #ground: SessionGround;
  readonly #listener: SessionListener;
  readonly #link: Link;
  clientId: string | undefined;
  hasKeys = false;
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

  constructor(ground: SessionGround, listener: SessionListener) {
    this.#ground = ground;
    this.#listener = listener;
    this.#link = new Link(ground, listener.delivered);
  }

  get connectionType(): string {
    return this.#link.type;
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
  ask(questions: readonly Question[], isLast = false, extra = 0): void {
    this.#link.ask(questions, this.#ground.settings.maxNetworkDelay + extra, isLast);
  }

  /** Shakes hands at once, unless that has been seen already. */
  lost(clientId: string | undefined): void {
    if (clientId === undefined || clientId !== this.clientId) return;
    this.#lose();
    this.#link.interrupt(sessionLost());
  }

  /** A message has failed: connects anew to see whether the server is there. */
  doubt(error: CometError): void {
    this.#isQuick = true;
    this.#link.interrupt(error);
  }

  /** Something has happened to the page: looks at once whether the server is there. Nothing is lost by that. */
  check(): void {
    this.#wake();
    if (this.#isUp && this.#position !== undefined) this.doubt(sessionLost());
  }

  /** Closes the connection and comes back when it is woken up, or soon. */
  suspend(): void {
    this.#link.fail("The page was put away.");
  }

  /** Tells the server, if it can be told, and lets go of everything. Never rejects. */
  async leave(isLast: boolean): Promise<void> {
    const { clientId } = this;
    this.#isOver = true;
    this.#wake();
    if (clientId !== undefined) {
      const goodbye = this.#send({ channel: "/meta/disconnect", clientId }, isLast);
      if (!isLast) await goodbye.catch(() => undefined);
    }
    this.#close(new CometError("disconnected"));
  }

  #close(error: CometError): void {
    this.#isOver = true;
    this.clientId = undefined;
    this.#link.close(error);
  }

  /** Resolves when it is time for the next step, to false when there will be none. */
  async #pause(): Promise<boolean> {
    if (this.#delay > 0 && !this.#isOver) {
      const { promise, resolve } = deferred<void>();
      this.#wake = () => resolve();
      const cancel = this.#link.world.after(this.#delay, this.#wake);
      await promise;
      cancel();
    }
    return !this.#isOver;
  }

  /** Connects, or shakes hands where there is no client. Rejects where it is over. */
  async #step(): Promise<void> {
    const isHandshake = this.clientId === undefined;
    const wasQuick = this.#isQuick;
    this.#link.choose(isHandshake);
    const { type, world } = this.#link;
    const reply = await (isHandshake ? this.#shakeHands() : this.#connect()).catch((cause) =>
      this.#fail(asCometError(cause, "connection_failed"), type),
    );
    if (this.#isOver) return;
    const interval = reply ? this.#follow(reply, isHandshake, wasQuick) : 0;
    const hasEntered = isHandshake && this.clientId !== undefined;
    // That the server has forgotten the client once is nothing to wait for.
    const failures = this.#failures + Math.max(0, this.#losses - 1);
    const wait = this.#ground.settings.backoff ?? ((count) => backoff(count, world.random));
    this.#delay = hasEntered ? 0 : Math.max(interval, wait(failures));
  }

  #fail(error: CometError, type: string): void {
    if (error.code === "session_lost" || this.#isOver) return;
    this.#link.avoid(type, error.code === "transport_unfit");
    this.#stumble(error);
  }

  async #shakeHands(): Promise<Message> {
    const ext = await handshakeExt(this.#ground.settings);
    if (this.#isOver) throw new CometError("disconnected");
    return this.#send({
      ...{ channel: "/meta/handshake", version: "1.0", minimumVersion: "1.0" },
      supportedConnectionTypes: this.#link.candidates.map(({ type }) => type),
      ext,
    });
  }

  #connect(): Promise<Message> {
    const { timeout = 60_000 } = this.#advice;
    const position = this.#position;
    const message = {
      ...{ channel: "/meta/connect", clientId: this.clientId, connectionType: this.#link.type },
      advice: this.#isQuick ? { timeout: 0 } : undefined,
      ext: position === undefined ? undefined : { ack: position },
    };
    return this.#send(message, false, this.#isQuick ? 0 : timeout);
  }

  /** Does what the reply says, and gives the interval that it advises. */
  #follow(reply: Message, isHandshake: boolean, wasQuick: boolean): number {
    const given = reply.advice ?? {};
    const isGood = reply.successful === true && (!isHandshake || reply.clientId !== undefined);
    const advice = isHandshake ? given : { ...this.#advice, ...given };
    // The pause that keeps pages with the same client from chasing each other is for this once.
    if (advice["multiple-clients"] !== true) this.#advice = advice;
    if (isGood) {
      if (isHandshake) this.#enter(reply);
      else this.#succeed(reply, wasQuick);
    }
    const error = isGood ? new CometError("session_over") : CometError.of(reply);
    const usual = isForgotten(reply) ? "handshake" : "retry";
    // What is wrong with the server now may be right soon.
    const isRefused = isHandshake && !isGood && !((error.status ?? 0) >= 500);
    const { reconnect = isRefused ? "none" : usual } = given;
    if (reconnect === "none") throw error;
    if (reconnect === "handshake" && !isHandshake) this.#lose();
    else if (!isGood) this.#stumble(error);
    return advice.interval ?? 0;
  }

  #enter({ clientId, supportedConnectionTypes, ext }: Message): void {
    const ack = ext?.ack as { readonly enabled?: unknown } | boolean | null | undefined;
    this.#link.offered = supportedConnectionTypes;
    this.clientId = clientId;
    this.#position = ack === true || (ack && ack.enabled === true) ? 0 : undefined;
    this.hasKeys = ext?.idempotency === true;
    this.#isFresh = this.#isQuick = true;
    this.#link.choose(false);
    this.#listener.entered(this);
  }

  #succeed({ ext }: Message, wasQuick: boolean): void {
    if (this.#position !== undefined && typeof ext?.ack === "number") this.#position = ext.ack;
    this.#failures = 0;
    this.#isQuick = false;
    if (!wasQuick) this.#losses = 0;
    this.#listener.answered(this);
    if (!this.#isUp) {
      this.#isUp = true;
      this.#listener.connected(!this.#isFresh);
      this.#isFresh = false;
    }
    if (ext?.gap !== undefined) this.#listener.tell("gap", { range: ext.gap });
  }

  #lose(): void {
    this.clientId = undefined;
    this.#losses++;
    this.#failures = 0;
    this.#interrupt(sessionLost());
  }

  #stumble(error: CometError): void {
    this.#failures++;
    this.#listener.tell("error", { error });
    this.#interrupt(error);
  }

  #interrupt(error: CometError): void {
    this.#isUp = false;
    this.#isQuick = true;
    this.#listener.interrupted(error);
  }

  #send(fields: Message, isLast = false, extra = 0): Promise<Message> {
    const question = { ...deferred<Message>(), message: { ...fields, id: this.#ground.nextId() } };
    this.ask([question], isLast, extra);
    return question.promise;
  }
}

function sessionLost(): CometError {
  return new CometError("session_lost");
}
