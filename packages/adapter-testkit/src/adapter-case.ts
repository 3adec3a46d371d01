import type { CometOptions } from "@encke/core";
import type { Ability } from "./abilities.ts";
import type { AdapterBench } from "./adapter-bench.ts";

/** One duty of an adapter, and how the kit sees whether it does it. */
export interface CaseDefinition {
  readonly name: string;
  /** Asked only of an adapter that can do this. */
  readonly needs?: Ability;
  /** What the Comet is made with, beside its store and its clock. */
  readonly options?: Omit<CometOptions, "store" | "ports">;
  check(bench: AdapterBench): Promise<void>;
}

/** A case that is ready to run against one adapter. Rejects with a `ContractViolation` when the duty is not done. */
export interface AdapterCase {
  /** What it is about. */
  readonly part: string;
  readonly name: string;
  run(): Promise<void>;
}
