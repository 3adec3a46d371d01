import { CometError } from "../comet-error.ts";
import { type Deferred, deferred } from "../deferred.ts";
import { isForgotten, type Message } from "../message.ts";
import type { Settings } from "../settings.ts";
import type { Question } from "./link.ts";

/** Times that a message is sent before nobody believes any more that it can be. */
const ATTEMPTS = 10;
/** Why a message may have to be sent again. */
const TRANSIENT: readonly string[] = ["connection_failed", "timeout", "session_lost"];

/** Where messages go while the outbox is open. */
export interface Outlet {
  readonly clientId: string | undefined;
  /** True where the server can tell by a key that it has a message already. */
  readonly hasKeys: boolean;
  ask(questions: readonly Question[]): void;
  /** The server says that it does not know this client. */
  lost(clientId: string | undefined): void;
  /** A message has not got through. */
  doubt(error: CometError): void;
}

interface Entry extends Question, Deferred<Message> {
  /** Its place among all that were sent. */
  readonly order: number;
  attempts: number;
}

/** What the application sends: at once where there is a session, and else when there is one. */
export class Outbox {
  readonly #settings: Settings;
  readonly #nextId: () => string;
  /** Begins the keys of this client's messages. */
  readonly #key: string;
  #outlet: Outlet | undefined;
  #waiting: Entry[] = [];
  #batches = 0;
  #sent = 0;

  constructor(settings: Settings, nextId: () => string) {
    this.#settings = settings;
    this.#nextId = nextId;
    this.#key = settings.world.random().toString(36);
  }

  get isOpen(): boolean {
    return this.#outlet !== undefined;
  }

  /**
   * Resolves to a reply that is successful. Rejects with a `CometError`: with the server's, or when there is no reply.
   * What can do no harm when it arrives twice is sent again when there is none.
   */
  send(message: Message): Promise<Message> {
    const { queueSize, offline } = this.#settings;
    if (!this.isOpen && !isMeta(message)) {
      const isFull = this.#waiting.length >= queueSize;
      const code = offline === "reject" ? "offline" : isFull && "queue_full";
      if (code) return Promise.reject(new CometError(code));
    }
    const stamped = { id: this.#nextId(), ...message };
    const entry = { ...deferred<Message>(), message: stamped, order: ++this.#sent, attempts: 0 };
    this.#waiting.push(entry);
    this.#flush();
    return entry.promise;
  }

  /** True of a message that waits to be sent. */
  keeps(id: unknown): boolean {
    return this.#waiting.some(({ message }) => message.id === id);
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

  /** Sends what waits. */
  open(outlet: Outlet): void {
    this.#outlet = outlet;
    this.#flush();
  }

  /** The same for a new client, of which the server knows nothing: what the action sends goes first. */
  openAnew(outlet: Outlet, action: () => void): void {
    const later = this.#waiting.filter(({ message }) => !isMeta(message));
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
    this.close();
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  #flush(): void {
    const outlet = this.#outlet;
    if (outlet === undefined || this.#batches > 0 || this.#waiting.length === 0) return;
    outlet.ask(this.#waiting.splice(0).map((entry) => this.#question(entry, outlet)));
  }

  #question(entry: Entry, outlet: Outlet): Question {
    const { clientId } = outlet;
    const { channel, id, ext } = entry.message;
    const isKeyed = outlet.hasKeys && !/^\/(meta|service)\//.test(channel);
    const idempotencyKey = `${this.#key}-${id}`;
    return {
      message: { ...entry.message, clientId, ext: isKeyed ? { ...ext, idempotencyKey } : ext },
      resolve: (reply) => {
        const error = CometError.of(reply);
        if (reply.successful === true) entry.resolve(reply);
        else if (isForgotten(reply)) {
          // Nothing has been done with it, so it can be sent again without harm, as whoever the client is then.
          outlet.lost(clientId);
          this.#again(entry, error);
        } else entry.reject(error);
      },
      reject: (error) => {
        const isSafe = isKeyed || isMeta(entry.message);
        const isAgain = error.code === "not_sent" || (isSafe && TRANSIENT.includes(error.code));
        if (!isAgain) return entry.reject(error);
        if (error.code !== "timeout") {
          this.close();
          outlet.doubt(error);
        }
        this.#again(entry, error);
      },
    };
  }

  #again(entry: Entry, error: CometError): void {
    if (++entry.attempts === ATTEMPTS) {
      entry.reject(error);
      return;
    }
    // Where it was, so that messages arrive in the order in which they were sent.
    this.#waiting.push(entry);
    this.#waiting.sort((a, b) => a.order - b.order);
    this.#flush();
  }
}

function isMeta({ channel }: Message): boolean {
  return channel.startsWith("/meta/");
}
