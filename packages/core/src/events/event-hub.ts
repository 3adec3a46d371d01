import { type Awaitable, attempt, chain, isPromise } from "../ports/awaitable.ts";
import type { Cancel, Log } from "../ports/ports.ts";
import { overlaps } from "../protocol/channels.ts";
import type {
  CancellableEventName,
  ChannelEventName,
  CometEvents,
  FactName,
  Listener,
} from "./comet-events.ts";

interface Registration {
  readonly pattern: string | undefined;
  readonly listener: (event: never) => unknown;
}

/** The listeners of one Comet. */
export class EventHub {
  readonly #log: Log;
  readonly #registrations = new Map<keyof CometEvents, readonly Registration[]>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** With a pattern: hears only of channels, and of subscriptions to patterns, that it covers or overlaps. */
  on<Name extends keyof CometEvents>(name: Name, listener: Listener<Name>): Cancel;
  on<Name extends ChannelEventName>(name: Name, pattern: string, listener: Listener<Name>): Cancel;
  on(
    name: keyof CometEvents,
    ...rest: [(event: never) => unknown] | [string, (event: never) => unknown]
  ): Cancel {
    const registration: Registration =
      rest.length === 1
        ? { pattern: undefined, listener: rest[0] }
        : { pattern: rest[0], listener: rest[1] };
    this.#registrations.set(name, [...this.#listenersOf(name), registration]);
    return () => {
      const others = this.#listenersOf(name).filter((other) => other !== registration);
      if (others.length > 0) this.#registrations.set(name, others);
      else this.#registrations.delete(name);
    };
  }

  /** True when somebody listens. Lets a hot path skip making an event that nobody wants. */
  has(name: keyof CometEvents): boolean {
    return this.#registrations.has(name);
  }

  /**
   * Asks the listeners one after the other until one cancels. A listener that throws or rejects cancels:
   * a guard that fails must not let anybody in.
   */
  ask<Name extends CancellableEventName>(name: Name, event: CometEvents[Name]): Awaitable<void> {
    return this.#askFrom(this.#concerned(name, event), 0, name, event);
  }

  /** States a fact. A listener that throws or rejects harms nobody; it is logged. */
  state<Name extends FactName>(name: Name, event: CometEvents[Name]): void {
    for (const { listener } of this.#concerned(name, event)) {
      const failed = (cause: unknown): void =>
        this.#log("error", `A listener of "${name}" failed.`, { cause });
      void attempt(() => listener(event as never) as Awaitable<unknown>, failed);
    }
  }

  #askFrom<Name extends CancellableEventName>(
    concerned: readonly Registration[],
    from: number,
    name: Name,
    event: CometEvents[Name],
  ): Awaitable<void> {
    for (let index = from; index < concerned.length && !event.isCancelled; index++) {
      const answer = this.#askOne(concerned[index] as Registration, name, event);
      if (isPromise(answer)) {
        return chain(answer, () => this.#askFrom(concerned, index + 1, name, event));
      }
    }
  }

  #askOne<Name extends CancellableEventName>(
    { listener }: Registration,
    name: Name,
    event: CometEvents[Name],
  ): Awaitable<unknown> {
    return attempt(
      () => listener(event as never) as Awaitable<unknown>,
      (cause) => {
        this.#log("error", `A listener of "${name}" failed, which cancels.`, { cause });
        event.cancel();
      },
    );
  }

  #concerned(name: keyof CometEvents, event: object): readonly Registration[] {
    const registrations = this.#listenersOf(name);
    if (registrations.length === 0 || !("channel" in event)) return registrations;
    const { channel } = event as { readonly channel: string };
    return registrations.filter(
      ({ pattern }) => pattern === undefined || overlaps(pattern, channel),
    );
  }

  #listenersOf(name: keyof CometEvents): readonly Registration[] {
    return this.#registrations.get(name) ?? NONE;
  }
}

const NONE: readonly Registration[] = [];
