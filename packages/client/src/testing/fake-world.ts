import type { Message } from "../message.ts";
import type { ITransport, TransportFactory, TransportHost } from "../transport.ts";
import type { Cancel, World } from "../world.ts";

interface Timer {
  readonly at: number;
  readonly action: () => void;
}

/** A world whose time passes when it is told to. */
export class FakeWorld implements World {
  #now = 0;
  readonly #timers = new Set<Timer>();
  /** What `random` gives. */
  chance = 1;
  fetch: World["fetch"] = () => Promise.reject(new Error("There is no network here."));

  get timers(): number {
    return this.#timers.size;
  }

  readonly after = (milliseconds: number, action: () => void): Cancel => {
    const timer = { at: this.#now + milliseconds, action };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  };

  readonly random = (): number => this.chance;

  /** Lets time pass, and all that follows happen. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    await settled();
    for (;;) {
      const [next] = [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#now = next.at;
      this.#timers.delete(next);
      next.action();
      await settled();
    }
    this.#now = end;
  }
}

/** When all promises that can settle have done so. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A transport that keeps what it is given, for a test to answer. */
export class FakeTransport implements ITransport {
  readonly sent: Message[] = [];
  readonly abandoned: Message[] = [];
  readonly host: TransportHost;
  isClosed = false;
  /** How often the last message was sent. */
  goodbyes = 0;

  constructor(host: TransportHost) {
    this.host = host;
  }

  send(messages: readonly Message[], isLast: boolean): void {
    // As they are on the wire.
    this.sent.push(...(JSON.parse(JSON.stringify(messages)) as Message[]));
    if (isLast) this.goodbyes++;
  }

  abandon(message: Message): void {
    this.abandoned.push(message);
  }

  close(): void {
    this.isClosed = true;
  }

  /** The last message on the channel. */
  last(channel: string): Message {
    const found = this.sent.findLast((message) => message.channel === channel);
    if (found === undefined) throw new Error(`Nothing was sent on ${channel}.`);
    return found;
  }

  reply(channel: string, fields: Partial<Message> = {}): void {
    const { id } = this.last(channel);
    this.host.receive([{ channel, successful: true, ...(id !== undefined && { id }), ...fields }]);
  }
}

/** Makes fake transports of a type, and remembers them. */
export class FakeFactory implements TransportFactory {
  readonly type: string;
  readonly made: FakeTransport[] = [];

  constructor(type = "fake") {
    this.type = type;
  }

  get latest(): FakeTransport {
    return this.made.at(-1) as FakeTransport;
  }

  isSupported(): boolean {
    return true;
  }

  open(host: TransportHost): ITransport {
    const transport = new FakeTransport(host);
    this.made.push(transport);
    return transport;
  }
}
