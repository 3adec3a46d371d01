import type { IClientRepository, IHistory, IMessageLog, IPresence, IStore } from "@encke/core";

/** A call of the seam that may be answered later. */
export type StoreMethod =
  | `store.${keyof Pick<IStore, "open" | "close">}`
  | `log.${keyof Pick<IMessageLog, "open" | "append" | "read" | "head">}`
  | `clients.${keyof IClientRepository}`
  | `history.${keyof IHistory}`
  | `presence.${keyof IPresence}`;
