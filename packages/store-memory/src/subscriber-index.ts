import { ChannelTrie, type SubscriberPage } from "@encke/core";
import { pageAfter } from "./pages.ts";

/** Who is subscribed to what. */
export class SubscriberIndex {
  readonly #trie = new ChannelTrie<string>();

  add(pattern: string, id: string): void {
    this.#trie.add(pattern, id);
  }

  remove(pattern: string, id: string): void {
    this.#trie.remove(pattern, id);
  }

  page(channel: string, limit: number, after: string | undefined): SubscriberPage {
    const ids = new Set<string>();
    this.#trie.visit(channel, (id) => ids.add(id));
    const { items, next } = pageAfter(ids, limit, after);
    return next === undefined ? { ids: items } : { ids: items, next };
  }
}
