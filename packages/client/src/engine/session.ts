import { asCometError, CometError } from "../comet-error.ts";
import { type Advice, isForgotten, type Message } from "../message.ts";
import { handshakeExt, headersOf, type Settings } from "../settings.ts";
import type { TransportFactory } from "../transport.ts";
import { pause } from "../world.ts";
import { backoff } from "./backoff.ts";
import { Link } from "./link.ts";
import { connectMessage, handshakeMessage, offersAck } from "./meta-messages.ts";
import type { Negotiation } from "./negotiation.ts";

/** Who is told what becomes of a session. None of these may throw. */
export interface SessionListener {
  /** The server has made a client, which is subscribed to nothing. Messages may be sent. */
  entered(): void;
  /** The server has answered a connect: the first one, or the first after a failure. */
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
  readonly nextId: () => string;
}

/** From one `connect` to the next `disconnect`: shakes hands, connects again and again, and comes back when it broke. */
export class Session {
  readonly #ground: SessionGround;
  readonly #listener: SessionListener;
  readonly #end = new AbortController();
  #link: Link | undefined;
  #clientId: string | undefined;
  #advice: Advice = {};
  /** What was received, as the server counts; undefined where that is not acknowledged. */
  #position: number | undefined;
  /** True from a connect that was answered until one is not. */
  #isUp = false;
  #isFresh = true;
  /** Attempts in a row that had no answer. */
  #failures = 0;
  /** Times in a row that the server forgot the client before a connect was held. */
  #losses = 0;

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
      let delay = 0;
      while (await this.#goesOn(delay)) {
        const advice = (await this.#shakeHands()) ?? (await this.#stay());
        // That the server has forgotten the client once is nothing to wait for.
        const failures = this.#failures + Math.max(0, this.#losses - 1);
        delay = Math.max(advice.interval ?? 0, this.#backoff(failures));
      }
    } catch (cause) {
      if (this.#end.signal.aborted) return;
      const error = asCometError(cause, "connection_failed");
      this.#close(error);
      this.#listener.ended(error);
    }
  }

  /** Sends messages of the client that has been made, and resolves each to its reply. */
  ask(messages: readonly Message[]): readonly Promise<Message>[] {
    const { clientId } = this;
    const stamped = messages.map((message) => ({ ...message, ...(clientId && { clientId }) }));
    return (this.#link as Link).ask(stamped, this.#ground.settings.maxNetworkDelay);
  }

  /** The server does not know this client any more: shakes hands at once, unless that has been seen already. */
  lost(clientId: string | undefined): void {
    if (clientId === undefined || clientId !== this.#clientId) return;
    this.#clientId = undefined;
    this.#interrupt(sessionLost());
    this.#link?.interrupt(sessionLost());
  }

  /** Tells the server, if it can be told, and lets go of everything. Never rejects. */
  async leave(): Promise<void> {
    this.#end.abort();
    if (this.#clientId !== undefined) {
      const [reply] = this.ask([{ channel: "/meta/disconnect", id: this.#ground.nextId() }]);
      await reply?.catch(() => undefined);
    }
    this.#close(new CometError("disconnected", "The client has disconnected."));
  }

  #close(error: CometError): void {
    this.#end.abort();
    this.#clientId = undefined;
    this.#link?.close(error);
  }

  /** False when the session has ended meanwhile. */
  async #goesOn(delay: number): Promise<boolean> {
    const { signal } = this.#end;
    await pause(this.#ground.settings.world, delay, signal);
    return !signal.aborted;
  }

  /** Resolves to undefined when the server has made a client, and else to its advice. Rejects where it will make none. */
  async #shakeHands(): Promise<Advice | undefined> {
    this.#ground.negotiation.offer(undefined);
    this.#open(this.#best());
    const types = this.#ground.negotiation.candidates.map(({ type }) => type);
    const reply = await this.#attempt(async () =>
      this.#send(handshakeMessage(types, await handshakeExt(this.#ground.settings))),
    );
    if (reply === undefined) return {};
    if (reply.successful === true && reply.clientId !== undefined) {
      this.#enter(reply, reply.clientId);
      return undefined;
    }
    const error = CometError.of(reply);
    const { reconnect = "none" } = reply.advice ?? {};
    if (reconnect === "none") throw error;
    this.#stumble(error);
    return reply.advice;
  }

  #enter(reply: Message, clientId: string): void {
    this.#ground.negotiation.offer(reply.supportedConnectionTypes);
    this.#clientId = clientId;
    this.#advice = reply.advice ?? {};
    this.#position = offersAck(reply) ? 0 : undefined;
    this.#isFresh = true;
    this.#choose();
    this.#listener.entered();
  }

  /** Connects until the client is forgotten. Resolves to the advice that came with that. Rejects where it is over. */
  async #stay(): Promise<Advice> {
    let isQuick = true;
    let delay = 0;
    while (await this.#goesOn(delay)) {
      const reply = await this.#connect(isQuick);
      if (this.#clientId === undefined) return this.#lose();
      const advice = this.#follow(reply, isQuick);
      if (advice.reconnect === "handshake") return this.#lose(advice);
      isQuick = reply?.successful !== true;
      delay = Math.max(advice.interval ?? 0, this.#backoff(this.#failures));
    }
    return {};
  }

  /** Resolves to undefined where there is no reply, or no client to connect. */
  async #connect(isQuick: boolean): Promise<Message | undefined> {
    const clientId = this.#clientId;
    if (clientId === undefined) return undefined;
    const { timeout = 60_000 } = this.#advice;
    const connectionType = this.#choose();
    const message = connectMessage({ clientId, connectionType, isQuick, position: this.#position });
    return this.#attempt(() => this.#send(message, isQuick ? 0 : timeout));
  }

  /** What is to be done now. Rejects where the server says that it is over. */
  #follow(reply: Message | undefined, wasQuick: boolean): Advice {
    if (reply === undefined) return this.#advice;
    const isGood = reply.successful === true;
    const advice = { ...this.#advice, ...reply.advice };
    // The pause that keeps pages with the same client from chasing each other is for this once.
    if (advice["multiple-clients"] !== true) this.#advice = { ...advice, reconnect: "retry" };
    const reconnect = reply.advice?.reconnect ?? (isForgotten(reply) ? "handshake" : "retry");
    if (isGood) this.#succeed(reply, wasQuick);
    if (reconnect === "none") {
      throw isGood
        ? new CometError("session_over", "The server has ended it.")
        : CometError.of(reply);
    }
    if (!isGood && reconnect === "retry") this.#stumble(CometError.of(reply));
    return { ...advice, reconnect };
  }

  #succeed({ ext }: Message, wasQuick: boolean): void {
    if (this.#position !== undefined && typeof ext?.ack === "number") this.#position = ext.ack;
    this.#failures = 0;
    if (!wasQuick) this.#losses = 0;
    if (!this.#isUp) {
      this.#isUp = true;
      this.#listener.connected(!this.#isFresh);
      this.#isFresh = false;
    }
    if (ext?.gap !== undefined) this.#listener.gap(ext.gap);
  }

  #lose(advice: Advice = {}): Advice {
    this.#clientId = undefined;
    this.#losses++;
    this.#interrupt(sessionLost());
    return advice;
  }

  /** Resolves to undefined where there is no reply. Rejects when the session has ended. */
  async #attempt(ask: () => Promise<Message>): Promise<Message | undefined> {
    try {
      return await ask();
    } catch (cause) {
      const error = asCometError(cause, "connection_failed");
      if (error.code === "session_lost" || this.#end.signal.aborted) return undefined;
      const { type } = this.#link as Link;
      this.#ground.negotiation.failed(type, error.code === "transport_unfit");
      this.#stumble(error);
      return undefined;
    } finally {
      this.#end.signal.throwIfAborted();
    }
  }

  #stumble(error: CometError): void {
    this.#failures++;
    this.#listener.failed(error);
    this.#interrupt(error);
  }

  #interrupt(error: CometError): void {
    this.#isUp = false;
    this.#listener.interrupted(error);
  }

  #backoff(failures: number): number {
    return backoff(failures, this.#ground.settings.world.random);
  }

  #send(message: Omit<Message, "id">, extra = 0): Promise<Message> {
    const { nextId, settings } = this.#ground;
    const stamped = { ...message, id: nextId() };
    const [reply] = (this.#link as Link).ask([stamped], settings.maxNetworkDelay + extra);
    return reply as Promise<Message>;
  }

  /** Has the best transport of those that both sides have and that work, and names it. */
  #choose(): string {
    const factory = this.#best();
    if (this.#link?.type !== factory.type) this.#open(factory);
    return factory.type;
  }

  #best(): TransportFactory {
    const [factory] = this.#ground.negotiation.candidates;
    if (factory !== undefined) return factory;
    throw new CometError("transport_missing", "There is no transport that both sides have.");
  }

  #open(factory: TransportFactory): void {
    const { url, settings, negotiation } = this.#ground;
    this.#link?.close(new CometError("session_lost", "Another connection has taken its place."));
    this.#link = new Link(
      {
        ...{ url, world: settings.world },
        headers: () => headersOf(settings),
        proven: (type) => negotiation.prove(type),
        deliver: (message) => this.#listener.delivered(message),
      },
      factory,
    );
  }
}

function sessionLost(): CometError {
  return new CometError("session_lost", "The server does not know this client any more.");
}
