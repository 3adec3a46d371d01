import type { ClientOptions, RealClient } from "../drivers/real-client.ts";

export interface Visit {
  /** Where the page comes from. */
  readonly pageOrigin: string;
  /** What the browser has kept from an earlier visit. */
  readonly cookie?: { readonly name: string; readonly value: string };
}

/** One browser, or what stands for it in Node: its clients share their cookies, where there are any. */
export interface Host {
  /** Opens a client; in a browser, in a tab of its own. */
  open(options: ClientOptions, visit: Visit): Promise<RealClient>;
  /** Ends the clients and forgets the cookies. */
  close(): Promise<void>;
}
