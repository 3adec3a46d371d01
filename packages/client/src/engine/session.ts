import type { ClientEvents, EventFields } from "../client-events.ts";
import { asCometError, CometError } from "../comet-error.ts";
import { type Advice, type Ext, isForgotten, type Message } from "../message.ts";
import { handshakeExt, type Settings } from "../settings.ts";
import type { TransportFactory, TransportRegistry } from "../transport.ts";
import type { Cancel } from "../world.ts";
import type { Outbox } from "./outbox.ts";
import type { Outlet } from "./outlet.ts";

/** Raises an event. */
export type Tell = <Type extends keyof ClientEvents>(type: Type, fields: EventFields<Type>) => void;

/** Who is told what becomes of a session. None of these may throw. */
export interface SessionListener {
  readonly tell: Tell;
  /** The server has made a client, which is subscribed to nothing. Messages may be sent. */
  open(session: Session): void;
  /** The server has answered a connect, not the first one of the client where it has recovered. Messages may be sent. */
  connected(session: Session, recovered: boolean): void;
  /** The server answers no more, or has forgotten the client. Nothing may be sent. */
  interrupted(cause: CometError): void;
  /** The server wants the client no more. Nothing follows. */
  end(cause: CometError): void;
}

/** From one `connect` to the next `disconnect`: shakes hands, connects again and again, and comes back when it broke. */
export class Session implements Outlet {
  readonly #settings: Settings;
  readonly #transports: TransportRegistry;
  readonly #outbox: Outbox;
  readonly #listener: SessionListener;
  /** True: the connection type has brought an answer, so that it fails is no reason to drop it. False: it was dropped. */
  readonly #works = new Map<string, boolean>();
  connectionType: string | undefined;
  clientId: string | undefined;
  hasKeys = false;
  /** The connection types that the server has; undefined before it was asked. */
  #offered: readonly string[] | undefined;
  #advice: Advice = {};
  /** Acknowledges what was received, where the server wants to know. */
  #ack: Ext | undefined;
  #isOver = false;
  /** True from a connect that was answered until there is a doubt. Until then, the server is to answer connects at once. */
  #isUp = false;
  #isFresh = true;
  /** Times in a row that an attempt had no answer, or that the server forgot the client, before a connect was answered. */
  #failures = 0;
  #delay = 0;
  #wake = (): void => undefined;

  constructor(
    settings: Settings,
    transports: TransportRegistry,
    outbox: Outbox,
    listener: SessionListener,
  ) {
    this.#settings = settings;
    this.#transports = transports;
    this.#outbox = outbox;
    this.#listener = listener;
  }

  /** Begins. Settles when the session has ended, and never rejects. */
  async run(): Promise<void> {
    try {
      while (await this.#pause()) await this.#step();
    } catch (cause) {
      const error = asCometError(cause);
      this.#close(error);
      this.#listener.end(error);
    }
  }

  /** Connects anew to see whether the server is there, or shakes hands where it has said that it does not know the client. */
  fail(error: CometError): void {
    if (error.reply) this.#lose();
    this.#isUp = false;
    this.#outbox.abort(error.reply ? sessionLost() : error);
  }

  /** Something has happened to the page: looks at once whether the server is there. Nothing is lost by that. */
  check(): void {
    this.#wake();
    if (this.#isUp && this.#ack) this.fail(sessionLost());
  }

  /** Closes the connection, and comes back when it is woken up, or soon. */
  suspend(): void {
    this.connectionType = undefined;
    this.#outbox.cut("pagehide");
  }

  /** Tells the server, if it can be told, and lets go of everything. Never rejects. */
  async leave(isLast: boolean): Promise<void> {
    const { clientId } = this;
    this.#isOver = true;
    this.#wake();
    if (clientId) {
      const goodbye = this.#outbox.ask({ channel: "/meta/disconnect", clientId }, 0, isLast);
      if (!isLast) await goodbye.catch(() => undefined);
    }
    this.#close(new CometError("disconnected"));
  }

  #close(error: CometError): void {
    this.clientId = undefined;
    this.#outbox.connect(undefined, error);
  }

  /** Resolves when it is time for the next step, to false when there will be none. */
  async #pause(): Promise<boolean> {
    let cancel: Cancel | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (this.#delay > 0 && !this.#isOver)
        cancel = this.#settings.world.after(this.#delay, resolve);
      else resolve();
    });
    cancel?.();
    return !this.#isOver;
  }

  /** Connects, or shakes hands where there is no client. Rejects where it is over. */
  async #step(): Promise<void> {
    const isHandshake = !this.clientId;
    this.#choose();
    const reply = await (isHandshake ? this.#shakeHands() : this.#connect()).catch((cause) =>
      this.#miss(asCometError(cause)),
    );
    if (this.#isOver) return;
    const interval = reply ? this.#follow(reply, isHandshake) : 0;
    const { backoff, world } = this.#settings;
    const hasChanged = isHandshake === !!this.clientId;
    // A first connect waits for nothing, nor does a handshake when the server has forgotten the client once.
    const delay = backoff(this.#failures - Number(hasChanged), world.random);
    this.#delay = hasChanged && isHandshake ? 0 : Math.max(interval, delay);
  }

  #miss(error: CometError): void {
    if (error.code === "session_lost" || this.#isOver) return;
    const type = this.connectionType as string;
    if (error.code === "transport_unfit" || !this.#works.get(type)) this.#works.set(type, false);
    this.#stumble(error);
  }

  async #shakeHands(): Promise<Message> {
    const ext = await handshakeExt(this.#settings);
    if (this.#isOver) throw sessionLost();
    const message = {
      ...{ channel: "/meta/handshake", version: "1.0", minimumVersion: "1.0" },
      supportedConnectionTypes: this.#candidates().map(({ type }) => type),
      ext,
    };
    return this.#outbox.ask(message);
  }

  #connect(): Promise<Message> {
    const { clientId, connectionType } = this;
    const { timeout = 60_000 } = this.#advice;
    const message = {
      ...{ channel: "/meta/connect", clientId, connectionType },
      advice: this.#isUp ? undefined : { timeout: 0 },
      ext: this.#ack,
    };
    return this.#outbox.ask(message, this.#isUp ? timeout : 0);
  }

  /** Does what the reply says, and gives the interval that it advises. */
  #follow(reply: Message, isHandshake: boolean): number {
    this.#works.set(this.connectionType as string, true);
    const given = reply.advice ?? {};
    const isGood = reply.successful === true && (!isHandshake || !!reply.clientId);
    const advice = { ...this.#advice, ...given };
    // The pause that keeps pages with the same client from chasing each other is for this once.
    if (advice["multiple-clients"] !== true) this.#advice = advice;
    if (isGood) {
      if (isHandshake) this.#enter(reply);
      else this.#succeed(reply);
    }
    const error = isGood ? new CometError("session_over") : CometError.of(reply);
    const usual = isForgotten(reply) ? "handshake" : "retry";
    // What is wrong with the server now may be right soon.
    const isRefused = isHandshake && !isGood && !((error.status as number) >= 500);
    const { reconnect = isRefused ? "none" : usual } = given;
    if (reconnect === "none") throw error;
    if (reconnect === "handshake" && !isHandshake) this.#lose();
    else if (!isGood) this.#stumble(error);
    return advice.interval ?? 0;
  }

  #enter({ clientId, supportedConnectionTypes, ext }: Message): void {
    const ack = ext?.ack as { readonly enabled?: unknown } | null | undefined;
    this.#offered = supportedConnectionTypes;
    this.clientId = clientId;
    this.#ack = ext?.ack === true || ack?.enabled === true ? { ack: 0 } : undefined;
    this.hasKeys = ext?.idempotency === true;
    this.#isFresh = true;
    this.#choose();
    this.#listener.open(this);
  }

  #succeed({ ext }: Message): void {
    if (this.#ack && typeof ext?.ack === "number") this.#ack = { ack: ext.ack };
    this.#failures = 0;
    this.#isUp = true;
    this.#listener.connected(this, !this.#isFresh);
    this.#isFresh = false;
    if (ext?.gap !== undefined) this.#listener.tell("gap", { range: ext.gap });
  }

  #lose(): void {
    this.clientId = this.connectionType = this.#offered = undefined;
    this.#stumble(sessionLost());
  }

  #stumble(error: CometError): void {
    this.#failures++;
    this.#isUp = false;
    if (error.code !== "session_lost") this.#listener.tell("error", { error });
    this.#listener.interrupted(error);
  }

  /** All that both sides have, as far as that is known, and that are worth a try, the preferred one first. */
  #candidates(): readonly TransportFactory[] {
    const offered = this.#transports.all.filter(
      (factory) =>
        factory.isSupported(this.#settings.world) &&
        (this.#offered?.includes(factory.type) ?? true),
    );
    const left = offered.filter(({ type }) => this.#works.get(type) !== false);
    if (left.length > 0) return left;
    // When none has worked it was the network, and not the transports.
    this.#works.clear();
    return offered;
  }

  /** Has the best transport that works. */
  #choose(): void {
    const [factory] = this.#candidates();
    if (!factory) throw new CometError("transport_missing");
    if (this.connectionType === factory.type) return;
    this.connectionType = factory.type;
    this.#outbox.connect(factory, sessionLost());
  }
}

function sessionLost(): CometError {
  return new CometError("session_lost");
}
