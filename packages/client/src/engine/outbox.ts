import { CometError } from "../comet-error.ts";
import { deferred } from "../deferred.ts";
import { isForgotten, type Message } from "../message.ts";
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

/** What an outbox needs of the client. */
export interface OutboxGround {
  nextId(): string;
  /** Begins the keys of this client's messages. */
  readonly key: string;
  /** Messages that may wait. */
  readonly queueSize: number;
  /** Whether messages wait for a connection at all. */
  readonly offline: "wait" | "reject";
}

interface Entry extends Question {
  attempts: number;
}

/** What the application sends: at once where there is a session, and else when there is one. */
export class Outbox {
  readonly #ground: OutboxGround;
  #outlet: Outlet | undefined;
  #waiting: Entry[] = [];
  #batches = 0;

  constructor(ground: OutboxGround) {
    this.#ground = ground;
  }

  get isOpen(): boolean {
    return this.#outlet !== undefined;
  }

  /**
   * Resolves to a reply that is successful. Rejects with a `CometError`: with the server's, or when there is no reply.
   * What can do no harm when it arrives twice is sent again when there is none.
   */
  send(message: Message): Promise<Message> {
    const { queueSize, offline, nextId } = this.#ground;
    if (!this.isOpen && !isMeta(message)) {
      if (offline === "reject") return refusal("offline", "There is no connection.");
      if (this.#waiting.length >= queueSize)
        return refusal("queue_full", "Too many messages wait.");
    }
    const { promise, resolve, reject } = deferred<Message>();
    this.#waiting.push({ message: { id: nextId(), ...message }, resolve, reject, attempts: 0 });
    this.#flush();
    return promise;
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
    const key = isKeyed && { ext: { ...ext, idempotencyKey: this.#ground.key + id } };
    return {
      message: { ...entry.message, ...(clientId && { clientId }), ...key },
      resolve: (reply) => {
        if (reply.successful === true) entry.resolve(reply);
        else if (isForgotten(reply) && outlet === this.#outlet) {
          // Nothing has been done with it, so it can be sent again without harm, as whoever the client is then.
          outlet.lost(clientId);
          this.#again(entry, CometError.of(reply));
        } else entry.reject(CometError.of(reply));
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
    this.#waiting.sort((a, b) => Number(a.message.id) - Number(b.message.id));
    this.#flush();
  }
}

function isMeta({ channel }: Message): boolean {
  return channel.startsWith("/meta/");
}

function refusal(code: "offline" | "queue_full", text: string): Promise<never> {
  return Promise.reject(new CometError(code, text));
}
