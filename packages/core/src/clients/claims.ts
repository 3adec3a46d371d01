import { type Awaitable, chain, isPromise } from "../ports/awaitable.ts";
import type { ClientRecord } from "../store/client-repository.ts";
import type { ControlEntry } from "../store/message-log.ts";
import type { LocalClient } from "./client.ts";

export type TakeOver = (
  record: ClientRecord,
  news: readonly ControlEntry[],
) => Awaitable<LocalClient>;

/** The take-overs that are under way: one for all requests that come meanwhile. */
export class Claims {
  readonly #underWay = new Map<string, Promise<LocalClient | undefined>>();
  readonly #news = new Map<string, ControlEntry[]>();

  get(id: string): Promise<LocalClient | undefined> | undefined {
    // Asked for every request, and most often there are none.
    return this.#underWay.size === 0 ? undefined : this.#underWay.get(id);
  }

  /** News of a client that is not there: another node may have claimed it since, before this one learns of its own claim. */
  note(entry: ControlEntry): void {
    this.#news.get(entry.client)?.push(entry);
  }

  /** `takeOver` is given what the store has answered, and the news that came before that. */
  run(
    id: string,
    claimed: Awaitable<ClientRecord | undefined>,
    takeOver: TakeOver,
  ): Awaitable<LocalClient | undefined> {
    const news: ControlEntry[] = [];
    if (isPromise(claimed)) this.#news.set(id, news);
    const found = chain(claimed, (record) => {
      this.#news.delete(id);
      // A store that takes two ids for the same must not let one client in as another.
      return record?.id === id ? takeOver(record, news) : undefined;
    });
    if (!isPromise(found)) return found;
    const claim = Promise.resolve(found);
    const forget = (): void => {
      this.#underWay.delete(id);
      this.#news.delete(id);
    };
    claim.then(forget, forget);
    this.#underWay.set(id, claim);
    return claim;
  }
}
