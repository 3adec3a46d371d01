import { CometError } from "../comet-error.ts";
import { isForgotten, type Message } from "../message.ts";

/** Where messages go while the outbox is open. */
export interface Outlet {
  readonly clientId: string | undefined;
  ask(messages: readonly Message[]): readonly Promise<Message>[];
  lost(clientId: string | undefined): void;
}

interface Entry {
  readonly message: Message;
  readonly resolve: (reply: Message) => void;
  readonly reject: (error: CometError) => void;
  /** True of one that was sent as a client that the server had forgotten. */
  isSecondTime: boolean;
}

/** What the application sends: at once where there is a session, and else when there is one. */
export class Outbox {
  readonly #limit: number;
  readonly #nextId: () => string;
  #outlet: Outlet | undefined;
  #waiting: Entry[] = [];
  #batches = 0;

  constructor(limit: number, nextId: () => string) {
    this.#limit = limit;
    this.#nextId = nextId;
  }

  get isOpen(): boolean {
    return this.#outlet !== undefined;
  }

  /** Resolves to a reply that is successful. Rejects with a `CometError`: with the server's, or when there is no reply. */
  send(message: Message): Promise<Message> {
    if (!this.isOpen && this.#waiting.length >= this.#limit) {
      const text = `${this.#waiting.length} messages wait for a connection already.`;
      return Promise.reject(new CometError("queue_full", text));
    }
    return new Promise((resolve, reject) => {
      const stamped = { id: this.#nextId(), ...message };
      this.#waiting.push({ message: stamped, resolve, reject, isSecondTime: false });
      this.#flush();
    });
  }

  /** What is sent meanwhile goes together. */
  batch<T>(action: () => T): T {
    this.#batches++;
    try {
      return action();
    } finally {
      this.#batches--;
      this.#flush();
    }
  }

  /** Sends what the action sends first, and then what waits. */
  open(outlet: Outlet, action: () => void): void {
    const later = this.#waiting;
    this.#waiting = [];
    this.#outlet = outlet;
    this.batch(() => {
      action();
      this.#waiting.push(...later);
    });
  }

  /** Lets everything wait from now on. */
  close(): void {
    this.#outlet = undefined;
  }

  /** Rejects all that waits. */
  clear(error: CometError): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  #flush(): void {
    const outlet = this.#outlet;
    if (outlet === undefined || this.#batches > 0 || this.#waiting.length === 0) return;
    const entries = this.#waiting.splice(0);
    const { clientId } = outlet;
    const replies = outlet.ask(entries.map(({ message }) => message));
    for (const [index, entry] of entries.entries()) {
      const reply = replies[index] as Promise<Message>;
      reply.then((message) => this.#settle(entry, message, outlet, clientId), entry.reject);
    }
  }

  #settle(entry: Entry, reply: Message, outlet: Outlet, clientId: string | undefined): void {
    if (reply.successful === true) {
      entry.resolve(reply);
    } else if (isForgotten(reply) && !entry.isSecondTime && outlet === this.#outlet) {
      // Nothing has been done with it, so it can be sent again without harm, as whoever the client is then.
      entry.isSecondTime = true;
      outlet.lost(clientId);
      this.#waiting.push(entry);
      this.#flush();
    } else {
      entry.reject(CometError.of(reply));
    }
  }
}
