import type { Comet } from "@encke/core";

/** What the gateway needs of a Comet. */
export type BridgedComet = Pick<
  Comet,
  | "bus"
  | "limits"
  | "log"
  | "store"
  | "isClosing"
  | "announce"
  | "client"
  | "hasRemote"
  | "on"
  | "onClosing"
>;
