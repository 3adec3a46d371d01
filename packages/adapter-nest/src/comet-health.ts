import type { Comet } from "@encke/core";

/** As health checks of `@nestjs/terminus` know it. */
export type CometHealth<Key extends string = "comet"> = Readonly<
  Record<Key, { readonly status: "up" | "down"; readonly clients: number; readonly held: number }>
>;

/** How the Comet is: `down` from the moment that it is being closed, so that a load balancer sends nobody any more. */
export function cometHealth<Key extends string = "comet">(
  comet: Comet,
  key: Key = "comet" as Key,
): CometHealth<Key> {
  const { clients, held } = comet.stats();
  const health = { status: comet.isClosing ? "down" : "up", clients, held } as const;
  return { [key]: health } as CometHealth<Key>;
}
