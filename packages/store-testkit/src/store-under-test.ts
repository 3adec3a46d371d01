import type { IStore, StoreCapabilities } from "@encke/core";

type MaybePromise<T> = T | Promise<T>;

/** What a store says of itself. The kit asks only for that, and fails when the store says otherwise. */
export interface StoreDeclaration extends StoreCapabilities {
  /** It has the member `history`. */
  readonly history: boolean;
  /** It has the member `presence`. */
  readonly presence: boolean;
}

/** How the kit gets at the store it tests. */
export interface StoreUnderTest {
  /** Stands in the tests' names. */
  readonly name: string;
  readonly declares: StoreDeclaration;
  /** A new and empty store that shares nothing with others. Called for each case; the kit opens it. */
  create(): MaybePromise<IStore>;
  /**
   * A store as from `create` that keeps at most 64 KiB of messages. The kit appends 1,000 of 1 KiB each and wants
   * a gap. Leave it out only if the log never forgets: the kit then wants all of them back.
   */
  createForgetful?(): MaybePromise<IStore>;
  /** Another node's store on the same data. Needed where `nodes` is `many`. */
  join?(store: IStore): MaybePromise<IStore>;
  /** A store on the data that a closed one has left. Needed where `durability` is not `none`. */
  reopen?(closed: IStore): MaybePromise<IStore>;
  /** Lets time pass for what does not live by the host's clock. That one has been moved already. */
  letTimePass?(store: IStore, ms: number): MaybePromise<void>;
  /** Called at the end of each case for each of its stores, which have been closed. */
  destroy?(store: IStore): MaybePromise<void>;
  /**
   * Milliseconds of real time that the feed may take to tell of a message, and `close` beyond its deadline.
   * @default 2_000
   */
  readonly patience?: number;
}
