import type { Message } from "./message.ts";
import type { World } from "./world.ts";

/** What a transport is given by the client that it works for. */
export interface TransportHost {
  readonly url: string;
  readonly world: World;
  /** Headers for the next request, where the transport makes requests. */
  headers(): Promise<Readonly<Record<string, string>>>;
  /** Takes what came, in order. */
  receive(messages: readonly Message[]): void;
  /** The peer of a held connect has shown that it is there: waiting for the reply begins anew. */
  alive(): void;
  /** These messages will get no answer, those that had one already excepted; all that are under way where none are named. */
  fail(cause: unknown, messages?: readonly Message[]): void;
}

/** A way to a server, for one session. */
export interface ITransport {
  /**
   * Sends messages that belong together: one connect alone, or others. Never throws: what fails is told to the host. A
   * connect may be under way while others are sent. `isLast`: the page is being left, and nobody waits for an answer.
   */
  send(messages: readonly Message[], isLast: boolean): void;
  /** Nobody waits for the answer to this message any more. */
  abandon(message: Message): void;
  /** Lets go of everything, without a word to the host. */
  close(): void;
}

/** Makes transports of one connection type. */
export interface TransportFactory {
  /** The connection type, as handshakes name it. */
  readonly type: string;
  /** False where the surroundings lack what it needs. */
  isSupported(world: World): boolean;
  open(host: TransportHost): ITransport;
}

/** The connection types that a client may use, the preferred ones first. */
export class TransportRegistry {
  readonly #initial: readonly TransportFactory[];
  #all: readonly TransportFactory[];

  constructor(factories: readonly TransportFactory[]) {
    this.#initial = factories;
    this.#all = factories;
  }

  get all(): readonly TransportFactory[] {
    return this.#all;
  }

  /** At the index, which is the end unless it is given. It takes the place of one of the same type. */
  add(factory: TransportFactory, index: number = this.#all.length): void {
    this.remove(factory.type);
    this.#all = this.#all.toSpliced(index, 0, factory);
  }

  /** Takes effect with the next handshake. */
  remove(type: string): void {
    this.#all = this.#all.filter((factory) => factory.type !== type);
  }

  find(type: string): TransportFactory | undefined {
    return this.#all.find((factory) => factory.type === type);
  }

  /** Those that the client was made with. */
  reset(): void {
    this.#all = this.#initial;
  }
}
