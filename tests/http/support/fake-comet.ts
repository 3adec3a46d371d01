import type { ServedComet } from "@encke/adapter-node-http";
import {
  Batch,
  createComet,
  type ICometAsyncResult,
  type Limits,
  type LogLevel,
  type ReceivedMessage,
  type RequestContext,
} from "@encke/core";
import { MemoryStore } from "@encke/store-memory";

/** One exchange as the adapter handed it in. */
export interface Handed {
  readonly messages: readonly ReceivedMessage[];
  readonly result: ICometAsyncResult;
  readonly context: RequestContext;
  /** True when the peer left while the answer was held. */
  isAbandoned: boolean;
  /** What became of the answer; undefined as long as nobody knows. */
  wasSent?: boolean;
}

/** In the place of a Comet where a test must decide itself what is answered, and when. */
export class FakeComet implements ServedComet {
  readonly handed: Handed[] = [];
  readonly announced: string[] = [];
  readonly logged: { level: LogLevel; text: string }[] = [];
  readonly limits: Limits;
  readonly timeout = 30_000;
  isClosing = false;
  /** Answers every message at once, unless a test puts something else here. */
  handle: (exchange: Handed) => void = (exchange) => answer(exchange, replies(exchange));
  readonly #waiting: { count: number; resolve: () => void }[] = [];

  constructor(limits: Partial<Limits> = {}) {
    this.limits = createComet({ store: new MemoryStore(), limits }).limits;
  }

  readonly bus = {
    handleMessages: (
      messages: readonly ReceivedMessage[],
      result: ICometAsyncResult,
      context: RequestContext,
    ): void => {
      const exchange: Handed = { messages, result, context, isAbandoned: false };
      this.handed.push(exchange);
      this.handle(exchange);
      for (const { count, resolve } of this.#waiting) if (this.handed.length >= count) resolve();
    },
    /** There are no clients here. */
    openStream: (): Promise<undefined> => Promise.resolve(undefined),
  };

  readonly log = (level: LogLevel, text: string): void => {
    this.logged.push({ level, text });
  };

  client(): undefined {
    return undefined;
  }

  announce(connectionType: string): () => void {
    this.announced.push(connectionType);
    return () => {
      const at = this.announced.indexOf(connectionType);
      if (at !== -1) this.announced.splice(at, 1);
    };
  }

  onClosing(): () => void {
    return () => undefined;
  }

  /** From now on, nothing is answered: every exchange is held. */
  holdAll(): void {
    this.handle = hold;
  }

  /** Resolves with the last of that many exchanges. */
  async exchange(count = 1): Promise<Handed> {
    if (this.handed.length < count) {
      await new Promise<void>((resolve) => this.#waiting.push({ count, resolve }));
    }
    return this.handed[count - 1]!;
  }
}

export function hold(exchange: Handed): void {
  exchange.result.begin(() => {
    exchange.isAbandoned = true;
  });
}

/** Answers with values as they are. */
export function answer(exchange: Handed, values: readonly unknown[]): boolean {
  const batch = new Batch(values.map((value) => ({ json: JSON.stringify(value) })));
  return exchange.result.completeRequestWithMessages(batch, (wasSent) => {
    if (exchange.wasSent !== undefined) throw new Error("An answer settled twice.");
    exchange.wasSent = wasSent;
  });
}

function replies({ messages }: Handed): unknown[] {
  return messages.map(({ channel, id }) => ({ channel, id, successful: true }));
}
