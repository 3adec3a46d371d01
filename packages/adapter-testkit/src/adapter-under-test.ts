import type { Awaitable, Comet, IStore } from "@encke/core";
import type { Ability } from "./abilities.ts";
import type { Peer, PeerListener, PeerOptions } from "./peer.ts";

/** How the kit gets at the adapter it tests. */
export interface AdapterUnderTest {
  /** Stands in the tests' names. */
  readonly name: string;
  /** The Bayeux connection type that it announces. */
  readonly connectionType: string;
  /** Why it cannot do what others can. Whatever is not named here is asked of it. */
  readonly cannot?: Readonly<Partial<Record<Ability, string>>>;
  /** A new, empty store: a `MemoryStore` will do. Called for each case. */
  createStore(): IStore;
  /** Brings a new server to where the kit can reach it, with the adapter in its default settings. Called for each case. */
  start(comet: Comet): Awaitable<RunningAdapter>;
  /** Milliseconds of real time that the network may take. @default 5_000 */
  readonly patience?: number;
}

export interface RunningAdapter {
  /** The origin of pages that the server itself serves: `http://127.0.0.1:4711`. */
  readonly origin: string;
  /** A new peer, with connections of its own. When the adapter refuses it, the listener is told. */
  open(listener: PeerListener, options: PeerOptions): Awaitable<Peer>;
  /** Detaches the adapter and ends the server. */
  stop(): Awaitable<void>;
}
