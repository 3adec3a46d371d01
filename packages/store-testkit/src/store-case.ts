import type { Ability } from "./abilities.ts";
import type { StoreBench } from "./store-bench.ts";

/** One promise of the seam, and how the kit sees whether it is kept. */
export interface CaseDefinition {
  readonly name: string;
  /** Asked only of a store that has this. */
  readonly needs?: Ability;
  /** Gets a new store, opened, with nothing in it. */
  check(bench: StoreBench): Promise<void>;
}

/** A case that is ready to run against one store. Rejects with a `ContractViolation` when the promise is broken. */
export interface StoreCase {
  /** The part of the seam it is about. */
  readonly part: string;
  readonly name: string;
  run(): Promise<void>;
}
