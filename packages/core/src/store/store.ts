import type { Awaitable } from "../ports/awaitable.ts";
import type { Ports } from "../ports/ports.ts";
import type { IClientRepository } from "./client-repository.ts";
import type { IMessageLog, LogEntry, Position } from "./message-log.ts";

/** What a store can do beyond the contract, declared and not guessed. */
export interface StoreCapabilities {
  /** `many`: several processes may share it. */
  readonly nodes: "one" | "many";
  /** What survives. `none`: nothing outlives the process. `restart`: the store's own persistence. `repaired`: that, and what the nodes put back. */
  readonly durability: "none" | "restart" | "repaired";
  /** `append` knows the `producer` of a publication. */
  readonly producerKeys: boolean;
}

/** What core lends to a store. */
export interface StoreHost extends Pick<Ports, "now" | "after" | "log"> {
  /** The name of this process among those that share the store. */
  readonly node: string;
}

/** Optional: the last messages of a channel. */
export interface IHistory {
  /** Entries of the channel with a position above `since`; -1: none, -2: all that are kept. */
  replay(channel: string, since: Position, limit: number): Awaitable<HistoryPage>;
}

export interface HistoryPage {
  readonly entries: readonly LogEntry[];
  /** True: older ones than those that are kept were asked for. */
  readonly hasGap: boolean;
  readonly head: Position;
}

/** Optional: who is on a channel. */
export interface IPresence {
  /** True when the client was not there before. */
  enter(channel: string, clientId: string, info: string, ttlMs: number): Awaitable<boolean>;
  /** True when the client was there. */
  leave(channel: string, clientId: string): Awaitable<boolean>;
  list(channel: string, limit: number, after?: string): Awaitable<PresencePage>;
  count(channel: string): Awaitable<number>;
}

export interface PresencePage {
  readonly members: readonly { readonly clientId: string; readonly info: string }[];
  readonly next?: string;
}

/**
 * Where clients and the log live: the seam for those who write a store. A store keeps data and nothing else:
 * it never sees a response, a socket or an event.
 */
export interface IStore {
  readonly capabilities: StoreCapabilities;
  readonly log: IMessageLog;
  readonly clients: IClientRepository;
  readonly history?: IHistory;
  readonly presence?: IPresence;
  /** Called once, before anything else. */
  open(host: StoreHost): Awaitable<void>;
  /** Writes what is pending, gives up what this node holds, and leaves nothing open. Settles within `deadlineMs`. Calling it again does nothing. */
  close(deadlineMs: number): Awaitable<void>;
}
