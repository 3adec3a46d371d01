import type { Wiring } from "./wiring.ts";

/** Counts since the Comet was made. */
export interface Counters {
  /** Messages that have left for a client, counted for each client. */
  delivered: number;
  /** Messages thrown away because a mailbox was full. */
  dropped: number;
  /** Messages whose place a newer one with the same key has taken while they waited. */
  conflated: number;
  /** Clients that are gone, for whatever reason. */
  ended: number;
  /** Times that a client was told of lost messages. */
  gaps: number;
}

/** What one node is doing, at one moment. */
export interface CometStats extends Readonly<Counters> {
  /** Clients that this node serves. */
  readonly clients: number;
  /** Connects that are held, and streams that are open: clients to which a message can leave at once. */
  readonly held: number;
  readonly subscriptions: number;
  /** Messages this node has put into the log. */
  readonly published: number;
  /** Timers that are set: those of held connects and of clients that are away, and a few of the house. */
  readonly timers: number;
}

export function newCounters(): Counters {
  return { delivered: 0, dropped: 0, conflated: 0, ended: 0, gaps: 0 };
}

export function statsOf(wiring: Wiring): CometStats {
  const { clients, held, streams, counters, publisher, wheel } = wiring;
  return {
    ...counters,
    clients: clients.local.size,
    held: held.size + streams.size,
    subscriptions: clients.local.subscriptions,
    published: publisher.published,
    timers: wheel.size,
  };
}
