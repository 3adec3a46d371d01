import type { Ledger } from "../ledger.ts";

/** A client that writes down what it gets. */
export interface Listener {
  readonly ledger: Ledger;
  /** Settles when all of the patterns are subscribed to. */
  open(patterns: readonly string[]): Promise<void>;
  close(): Promise<void>;
}
