import type { IPatternObserver } from "../../clients/local-clients.ts";
import { attempt } from "../../ports/awaitable.ts";
import type { Cancel } from "../../ports/ports.ts";
import { isChannel, isWildcard, matches, overlaps } from "../../protocol/channels.ts";
import { CometError } from "../../protocol/errors.ts";
import type { Wiring } from "../wiring.ts";
import type { IEventSource, SourceMessage } from "./event-source.ts";
import { SourceLease } from "./source-lease.ts";
import { SourceRun } from "./source-run.ts";

/** The sources of one Comet. Each runs while a client of this node is subscribed to something that it is for. */
export class Sources implements IPatternObserver {
  readonly #wiring: Wiring;
  readonly #sources = new Set<Source>();

  constructor(wiring: Wiring) {
    this.#wiring = wiring;
    wiring.clients.local.patternObserver = this;
  }

  add(pattern: string, source: IEventSource): Cancel {
    const added = new Source(pattern, source, this.#wiring, this.#freeNumber(pattern));
    this.#sources.add(added);
    for (const { patterns } of this.#wiring.clients.local) {
      for (const subscribed of patterns.keys()) added.onFirst(subscribed);
    }
    return () => {
      this.#sources.delete(added);
      added.end();
    };
  }

  #freeNumber(pattern: string): number {
    const same = [...this.#sources].filter((other) => other.pattern === pattern);
    const taken = new Set(same.map(({ number }) => number));
    let number = 0;
    while (taken.has(number)) number++;
    return number;
  }

  onFirst(pattern: string): void {
    for (const source of this.#sources) source.onFirst(pattern);
  }

  onLast(pattern: string): void {
    for (const source of this.#sources) source.onLast(pattern);
  }

  /** Ends all of them. */
  close(): void {
    for (const source of this.#sources) source.end();
    this.#sources.clear();
  }
}

class Source implements IPatternObserver {
  readonly pattern: string;
  /** Several for the same pattern are told apart by their order, which is the same on each node. */
  readonly number: number;
  readonly #source: IEventSource;
  readonly #wiring: Wiring;
  readonly #lease: SourceLease | undefined;
  /** The patterns that overlap and have subscribers here. */
  readonly #wanted = new Set<string>();
  #run: SourceRun | undefined;
  /** Settles when the life before has ended. */
  #before: Promise<void> = Promise.resolve();
  #mayRun = false;

  constructor(pattern: string, source: IEventSource, wiring: Wiring, number: number) {
    this.pattern = pattern;
    this.number = number;
    this.#source = source;
    this.#wiring = wiring;
    if (wiring.store.capabilities.nodes === "one") return;
    const { store, wheel, ports } = wiring;
    this.#lease = new SourceLease(`${number}:${pattern}`, {
      ...{ store, wheel, node: ports.newId(), log: ports.log },
      onChange: (isHeld) => (isHeld ? this.#start() : this.#stop()),
    });
  }

  onFirst(pattern: string): void {
    if (!overlaps(this.pattern, pattern)) return;
    this.#wanted.add(pattern);
    if (this.#wanted.size > 1) return;
    if (this.#lease === undefined) this.#start();
    else this.#lease.want();
  }

  onLast(pattern: string): void {
    if (this.#wanted.delete(pattern) && this.#wanted.size === 0) this.end();
  }

  end(): void {
    this.#wanted.clear();
    this.#lease?.release();
    this.#stop();
  }

  #start(): void {
    if (this.#mayRun) return;
    this.#mayRun = true;
    // Never two at a time: the one before may take its time to end.
    void this.#before.then(() => {
      if (!this.#mayRun || this.#run !== undefined) return;
      this.#run = this.#newRun();
      this.#run.start();
    });
  }

  #stop(): void {
    this.#mayRun = false;
    const run = this.#run;
    this.#run = undefined;
    if (run !== undefined) this.#before = run.stop();
  }

  #newRun(): SourceRun {
    const { ports, wheel, hub } = this.#wiring;
    return new SourceRun({
      ...{ ports, wheel, source: this.#source },
      publish: (value) => this.#publish(value),
      onFailed: (cause, retryIn) => {
        const pattern = this.pattern;
        ports.log("error", `The source of ${pattern} failed.`, { cause, retryIn });
        hub.state("sourceFailed", { pattern, cause, retryIn });
      },
    });
  }

  async #publish(value: unknown): Promise<void> {
    const { publisher, opening } = this.#wiring;
    await opening.wait();
    for (const { channel, data } of this.#messagesIn(value)) {
      const failure = await publisher.publish({ channel, data }, {});
      if (failure !== undefined) throw new Error(`Not published: ${failure}`);
    }
  }

  #messagesIn(value: unknown): readonly SourceMessage[] {
    const pattern = this.pattern;
    if (!isWildcard(pattern)) return [{ channel: pattern, data: value }];
    const messages = (Array.isArray(value) ? value : [value]) as SourceMessage[];
    const wrong = messages.find(
      (message) => !isChannel(message?.channel) || !matches(pattern, message.channel),
    );
    if (wrong === undefined) return messages;
    throw new TypeError(`The source of ${pattern} gave a message for none of its channels.`);
  }
}

/** Throws a {@link CometError} `options_invalid` for what is no source. What goes wrong later is a failure of the source. */
export function checkEventSource(source: unknown): asserts source is IEventSource {
  const checked = attempt(
    () => {
      const { every, value, start } = source as Record<string, unknown>;
      if (typeof start === "function") return true;
      return typeof value === "function" && typeof every === "number" && every >= 1;
    },
    () => false,
  );
  if (checked === true) return;
  const text = "A source has `start`, or `value` and `every`, a number of milliseconds from 1.";
  throw new CometError("options_invalid", text);
}
