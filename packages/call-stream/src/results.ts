import { type ClientErrorCode, type CometClient, CometError, type Message } from "@encke/client";

/** Results that may wait to be read. A stream that has more ends with `overflow`. */
const MOST_WAITING = 1_000;

/** The part of a client that is used. */
type Asked = Pick<
  CometClient,
  "send" | "use" | "addEventListener" | "removeEventListener" | "clientId" | "world"
>;

/** What comes for one question, until it fails or is closed. */
export class Results {
  readonly #client: Asked;
  readonly #waiting: Message[] = [];
  readonly #signal: AbortSignal | undefined;
  readonly #remove: () => void;
  #error: CometError | undefined;
  #wake = (): void => undefined;
  /** Who has asked; undefined until the server has the question. */
  #asker: string | undefined;

  constructor(client: Asked, id: string, signal: AbortSignal | undefined) {
    this.#client = client;
    this.#signal = signal;
    this.#remove = client.use({
      incoming: (message) => {
        if (message.id !== id || message.data === undefined) return undefined;
        this.#push(message);
        return null;
      },
    });
    // Not with a signal for all: of several listeners to one target, node forgets to remove those that it has collected.
    client.addEventListener("connected", this.#check);
    client.addEventListener("disconnected", this.#onDisconnected);
    signal?.addEventListener("abort", this.#onAbort);
  }

  ask(message: Message): void {
    this.#client.send(message).then(
      () => {
        this.#asker = this.#client.clientId;
      },
      (error: CometError) => this.#finish(error),
    );
  }

  /** What has come goes before what went wrong, with which it rejects. */
  async next(timeout: number): Promise<Message> {
    const cancel = this.#client.world.after(timeout, () => this.#fail("timeout"));
    try {
      for (;;) {
        const message = this.#waiting.shift();
        if (message) return message;
        if (this.#error) throw this.#error;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    } finally {
      cancel();
    }
  }

  close(): void {
    this.#client.removeEventListener("connected", this.#check);
    this.#client.removeEventListener("disconnected", this.#onDisconnected);
    this.#signal?.removeEventListener("abort", this.#onAbort);
    this.#remove();
  }

  #push(message: Message): void {
    if (this.#error) return;
    if (this.#waiting.length < MOST_WAITING) this.#waiting.push(message);
    else this.#fail("overflow");
    this.#wake();
  }

  /** Whoever has asked is another client for the server than the one that is connected now. */
  readonly #check = (): void => {
    if (this.#asker !== undefined && this.#asker !== this.#client.clientId) {
      this.#fail("session_lost");
    }
  };

  readonly #onDisconnected = (): void => this.#fail("disconnected");

  readonly #onAbort = (): void => this.#fail("aborted");

  #fail(code: ClientErrorCode): void {
    this.#finish(new CometError(code));
  }

  #finish(error: CometError): void {
    this.#error ??= error;
    this.#wake();
  }
}
