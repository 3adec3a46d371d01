import { asCometError, CometError } from "../comet-error.ts";
import type { Deferred } from "../deferred.ts";
import { isReply, type Message } from "../message.ts";
import { headersOf, type Settings } from "../settings.ts";
import type {
  ITransport,
  TransportFactory,
  TransportHost,
  TransportRegistry,
} from "../transport.ts";
import type { Cancel, World } from "../world.ts";
import type { Extensions } from "./extensions.ts";

/** What a link stands on. */
export interface LinkGround {
  readonly url: string;
  readonly settings: Settings;
  readonly transports: TransportRegistry;
  readonly extensions: Extensions;
}

/** A message that has an id, and who waits for the reply. It is settled once. */
export interface Question extends Omit<Deferred<Message>, "promise"> {
  readonly message: Message;
}

interface Pending extends Question {
  readonly milliseconds: number;
  cancel: Cancel;
}

/** The best transport that works, and everything that waits for an answer over it. */
export class Link implements TransportHost {
  readonly url: string;
  readonly world: World;
  /** The connection type in use. */
  type = "";
  /** The types that the server has; undefined before it was asked. */
  offered: readonly string[] | undefined;
  readonly #ground: LinkGround;
  readonly #deliver: (message: Message) => void;
  readonly #proven = new Set<string>();
  readonly #dropped = new Set<string>();
  readonly #pending = new Map<unknown, Pending>();
  #transport: ITransport | undefined;

  /** `deliver` takes what is no reply, and never throws. */
  constructor(ground: LinkGround, deliver: (message: Message) => void) {
    this.url = ground.url;
    this.world = ground.settings.world;
    this.#ground = ground;
    this.#deliver = deliver;
  }

  /** All that both sides have, as far as that is known, and that are worth a try, the preferred one first. */
  get candidates(): readonly TransportFactory[] {
    const offered = [...this.#ground.transports].filter(
      (factory) =>
        factory.isSupported(this.world) && (this.offered?.includes(factory.type) ?? true),
    );
    const left = offered.filter(({ type }) => !this.#dropped.has(type));
    if (left.length > 0) return left;
    // When none has worked it was the network, and not the transports.
    this.#dropped.clear();
    return offered;
  }

  /** Takes the best transport. Rejects what is under way where that is another one. */
  choose(isAnew: boolean): void {
    if (isAnew) this.offered = undefined;
    const [factory] = this.candidates;
    if (factory === undefined) throw new CometError("transport_missing");
    if (!isAnew && this.type === factory.type) return;
    this.close(new CometError("session_lost"));
    this.type = factory.type;
    this.#transport = factory.open(this);
  }

  /** Takes another transport from the next choice on, where this one is unfit or has never brought an answer. */
  avoid(type: string, isUnfit: boolean): void {
    if (isUnfit || !this.#proven.has(type)) this.#dropped.add(type);
  }

  headers(): Promise<Readonly<Record<string, string>>> {
    return headersOf(this.#ground.settings);
  }

  /**
   * Sends what belongs together, and resolves each to its reply, successful or not. Rejects with a `CometError`: `timeout`
   * when there is none within these milliseconds, and whatever the transport says when it fails.
   */
  ask(questions: readonly Question[], milliseconds: number, isLast: boolean): void {
    const messages: Message[] = [];
    for (const question of questions) {
      const message = this.#ground.extensions.pass(question.message, "outgoing");
      if (message === null) {
        question.reject(new CometError("message_deleted"));
        continue;
      }
      try {
        JSON.stringify(message);
      } catch (cause) {
        question.reject(new CometError("data_invalid", String(cause), { cause }));
        continue;
      }
      const pending = { ...question, message, milliseconds, cancel: () => undefined };
      this.#pending.set(message.id, pending);
      this.#expire(pending);
      messages.push(message);
    }
    if (messages.length > 0) this.#transport?.send(messages, isLast);
  }

  receive(messages: readonly Message[]): void {
    this.#proven.add(this.type);
    // What comes with the answer to a connect that nobody waits for comes again with that to the next one.
    const isLate = messages.some(
      ({ channel, id, ext }) =>
        channel === "/meta/connect" && ext?.ack !== undefined && !this.#pending.has(id),
    );
    for (const received of messages) {
      const message = this.#ground.extensions.pass(received, "incoming");
      if (message === null) continue;
      if (isReply(message)) this.#take(message)?.resolve(message);
      else if (message.data !== undefined && !isLate) this.#deliver(message);
    }
  }

  alive(): void {
    for (const pending of this.#connects()) {
      pending.cancel();
      this.#expire(pending);
    }
  }

  fail(cause: unknown, messages?: readonly Message[]): void {
    const error = asCometError(cause, "connection_failed");
    for (const message of messages ?? [...this.#pending.values()].map((one) => one.message)) {
      this.#giveUp(message, error);
    }
  }

  /** Waits for the connect no more. The server may still hold it, until there is another one. */
  interrupt(error: CometError): void {
    for (const { message } of this.#connects()) this.#take(message)?.reject(error);
  }

  /** Rejects whatever is under way. */
  close(error: CometError): void {
    this.#transport?.close();
    this.#transport = undefined;
    this.fail(error);
  }

  #connects(): readonly Pending[] {
    return [...this.#pending.values()].filter(({ message }) => message.channel === "/meta/connect");
  }

  #expire(pending: Pending): void {
    const { message, milliseconds } = pending;
    pending.cancel = this.world.after(milliseconds, () =>
      this.#giveUp(message, new CometError("timeout", `timeout: ${message.channel}`)),
    );
  }

  #giveUp(message: Message, error: CometError): void {
    const pending = this.#take(message);
    if (pending === undefined) return;
    this.#transport?.abandon(pending.message);
    this.#ground.extensions.fail(pending.message, error);
    pending.reject(error);
  }

  #take({ id }: Message): Pending | undefined {
    const pending = this.#pending.get(id);
    pending?.cancel();
    this.#pending.delete(id);
    return pending;
  }
}
