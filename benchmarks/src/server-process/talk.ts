/** What the harness asks the process of a server, over the pipe between them. */
export type Question = "usage" | "settled memory";

/** Microseconds of processor time since the start of the process, in bytes what it holds in memory. */
export interface Usage {
  readonly user: number;
  readonly system: number;
  readonly memory: number;
}

export type Answer =
  | { readonly port: number }
  | { readonly usage: Usage }
  | { readonly settledMemory: number };
