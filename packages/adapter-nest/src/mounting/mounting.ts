import type { CometHttpOptions, ServedComet } from "@encke/adapter-node-http";

/** A Comet, and how it is to be served. */
export interface Mounting {
  readonly comet: ServedComet;
  readonly options: CometHttpOptions & { readonly path: string };
}
