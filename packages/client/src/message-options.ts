import type { Ext } from "./message.ts";

/** What goes with one message. */
export interface MessageOptions {
  /** For the HTTP request that it goes with, on top of the client's. A WebSocket has none. @default {} */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** @default none */
  readonly ext?: Ext | undefined;
}
