import { asCometError, CometError } from "../comet-error.ts";
import { isReply, type Message } from "../message.ts";
import type { ITransport, TransportFactory, TransportHost } from "../transport.ts";
import type { Cancel, World } from "../world.ts";

/** What a link needs of the client. */
export interface LinkHost {
  readonly url: string;
  readonly world: World;
  headers(): Promise<Readonly<Record<string, string>>>;
  /** Something came, of this connection type. */
  proven(type: string): void;
  /** Takes what is no reply. Never throws. */
  deliver(message: Message): void;
}

interface Pending {
  readonly message: Message;
  readonly milliseconds: number;
  readonly resolve: (reply: Message) => void;
  readonly reject: (error: CometError) => void;
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
  readonly #pending = new Map<string | number | undefined, Pending>();
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
   * Sends messages that have ids, and resolves each to its reply, successful or not. Rejects with a `CometError`:
   * `timeout` when there is none within these milliseconds, and whatever the transport says when it fails.
   */
  ask(messages: readonly Message[], milliseconds: number): readonly Promise<Message>[] {
    const replies = messages.map((message) => this.#await(message, milliseconds));
    this.#transport.send(messages);
    return replies;
  }

  receive(messages: readonly Message[]): void {
    if (!this.#isOpen) return;
    this.#host.proven(this.type);
    for (const message of messages) {
      if (isReply(message)) this.#take(message.id)?.resolve(message);
      else if (message.data !== undefined) this.#host.deliver(message);
    }
  }

  alive(): void {
    for (const pending of this.#pending.values()) {
      if (pending.message.channel !== "/meta/connect") continue;
      pending.cancel();
      pending.cancel = this.#expire(pending.message, pending.milliseconds);
    }
  }

  fail(cause: unknown, messages?: readonly Message[]): void {
    const error = asCometError(cause, "connection_failed");
    const ids = messages?.map(({ id }) => id) ?? [...this.#pending.keys()];
    for (const id of ids) this.#take(id)?.reject(error);
  }

  /** Gives up waiting for a connect. */
  interrupt(error: CometError): void {
    for (const { message } of this.#pending.values()) {
      if (message.channel === "/meta/connect") this.#giveUp(message, error);
    }
  }

  /** Rejects whatever is under way. */
  close(error: CometError): void {
    this.#isOpen = false;
    this.#transport.close();
    this.fail(error);
  }

  #await(message: Message, milliseconds: number): Promise<Message> {
    return new Promise((resolve, reject) => {
      const cancel = this.#expire(message, milliseconds);
      this.#pending.set(message.id, { message, milliseconds, resolve, reject, cancel });
    });
  }

  #expire(message: Message, milliseconds: number): Cancel {
    return this.world.after(milliseconds, () => {
      const text = `${message.channel} was not answered within ${milliseconds} ms.`;
      this.#giveUp(message, new CometError("timeout", text));
    });
  }

  #giveUp(message: Message, error: CometError): void {
    this.#take(message.id)?.reject(error);
    this.#transport.abandon(message);
  }

  #take(id: string | number | undefined): Pending | undefined {
    const pending = this.#pending.get(id);
    pending?.cancel();
    this.#pending.delete(id);
    return pending;
  }
}
