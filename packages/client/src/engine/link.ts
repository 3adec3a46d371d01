import { asCometError, CometError } from "../comet-error.ts";
import { isReply, type Message } from "../message.ts";
import type { ITransport, TransportFactory, TransportHost } from "../transport.ts";
import type { Cancel, World } from "../world.ts";
import type { Extensions } from "./extensions.ts";

const CONNECT = "/meta/connect";

/** What a link needs of the client. */
export interface LinkHost {
  readonly url: string;
  readonly world: World;
  readonly extensions: Extensions;
  headers(): Promise<Readonly<Record<string, string>>>;
  /** Something came, of this connection type. */
  proven(type: string): void;
  /** Takes what is no reply. Never throws. */
  deliver(message: Message): void;
}

/** A message that has an id, and who waits for the reply. One of the two is called, once. */
export interface Question {
  readonly message: Message;
  readonly resolve: (reply: Message) => void;
  readonly reject: (error: CometError) => void;
}

interface Pending extends Question {
  readonly milliseconds: number;
  cancel: Cancel;
}

/** A transport, and everything that waits for an answer over it. */
export class Link implements TransportHost {
  readonly type: string;
  readonly url: string;
  readonly world: World;
  readonly headers: LinkHost["headers"];
  readonly #host: LinkHost;
  readonly #transport: ITransport;
  readonly #pending = new Map<unknown, Pending>();
  #isOpen = true;

  constructor(host: LinkHost, factory: TransportFactory) {
    this.#host = host;
    this.type = factory.type;
    this.url = host.url;
    this.world = host.world;
    this.headers = () => host.headers();
    this.#transport = factory.open(this);
  }

  /**
   * Sends what belongs together, and resolves each to its reply, successful or not. Rejects with a `CometError`: `timeout`
   * when there is none within these milliseconds, and whatever the transport says when it fails.
   */
  ask(questions: readonly Question[], milliseconds: number, isLast = false): void {
    const messages: Message[] = [];
    for (const question of questions) {
      const message = this.#host.extensions.pass(question.message, "outgoing");
      if (message === null) {
        question.reject(new CometError("message_deleted", "An extension has taken it out."));
      } else {
        const cancel = this.#expire(message, milliseconds);
        this.#pending.set(message.id, { ...question, message, milliseconds, cancel });
        messages.push(message);
      }
    }
    if (messages.length > 0) this.#transport.send(messages, isLast);
  }

  receive(messages: readonly Message[]): void {
    if (!this.#isOpen) return;
    this.#host.proven(this.type);
    for (const received of messages) {
      const message = this.#host.extensions.pass(received, "incoming");
      if (message === null) continue;
      if (isReply(message)) this.#take(message.id)?.resolve(message);
      else if (message.data !== undefined) this.#host.deliver(message);
    }
  }

  alive(): void {
    for (const pending of this.#connects()) {
      pending.cancel();
      pending.cancel = this.#expire(pending.message, pending.milliseconds);
    }
  }

  fail(cause: unknown, messages?: readonly Message[]): void {
    const error = asCometError(cause, "connection_failed");
    const failed = messages ?? [...this.#pending.values()].map(({ message }) => message);
    for (const message of failed) this.#giveUp(message, error);
  }

  /** Waits for the connect no more. The server may still hold it, until there is another one. */
  interrupt(error: CometError): void {
    for (const { message } of this.#connects()) this.#take(message.id)?.reject(error);
  }

  /** Rejects whatever is under way. */
  close(error: CometError): void {
    this.#isOpen = false;
    this.#transport.close();
    this.fail(error);
  }

  #connects(): readonly Pending[] {
    return [...this.#pending.values()].filter(({ message }) => message.channel === CONNECT);
  }

  #expire(message: Message, milliseconds: number): Cancel {
    return this.world.after(milliseconds, () => {
      const text = `${message.channel} was not answered within ${milliseconds} ms.`;
      this.#giveUp(message, new CometError("timeout", text));
    });
  }

  #giveUp({ id }: Message, error: CometError): void {
    const pending = this.#take(id);
    if (pending === undefined) return;
    this.#transport.abandon(pending.message);
    this.#host.extensions.fail(pending.message, error);
    pending.reject(error);
  }

  #take(id: unknown): Pending | undefined {
    const pending = this.#pending.get(id);
    pending?.cancel();
    this.#pending.delete(id);
    return pending;
  }
}
