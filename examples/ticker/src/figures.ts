import type { Comet, IClient } from "@encke/core";
import { FIGURES, QUOTES } from "./channels.ts";
import type { Quote } from "./market.ts";

/** What became of the quotes, for one client. */
interface Figures {
  /** The sequence of the last quote before the client subscribed to any. */
  readonly since: number;
  /** The sequence of the last quote so far. */
  readonly latest: number;
  /** Quotes that a newer one overtook while they waited for the client. */
  readonly conflated: number;
}

/** Lets clients ask how many quotes there were for them, and how many of them were overtaken. */
export function tellFigures(comet: Comet): void {
  const readers = new Map<string, { readonly since: number; conflated: number }>();
  let latest = 0;
  comet.on("published", QUOTES, ({ data }) => {
    latest = (data as Quote).sequence;
  });
  comet.on("subscribed", QUOTES, ({ client }) => {
    if (!readers.has(client.id)) readers.set(client.id, { since: latest, conflated: 0 });
  });
  comet.on("overflow", QUOTES, ({ client, dropped, policy }) => {
    const reader = readers.get(client.id);
    if (policy === "conflate" && reader !== undefined) reader.conflated += dropped;
  });
  comet.on("disconnected", ({ client }) => readers.delete(client.id));
  comet.remote(FIGURES, ({ client }) => figuresOf(client));

  function figuresOf(client: IClient): Figures {
    const { since, conflated } = readers.get(client.id) ?? { since: latest, conflated: 0 };
    return { since, latest, conflated };
  }
}
