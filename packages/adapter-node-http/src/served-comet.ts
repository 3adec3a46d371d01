import type { Comet } from "@encke/core";

/** What an adapter needs of a Comet: a way in, its clients, limits and times, and news of its end. */
export type ServedComet = Pick<
  Comet,
  "bus" | "client" | "limits" | "timeout" | "log" | "isClosing" | "announce" | "onClosing"
>;
