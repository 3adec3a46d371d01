import { type Awaitable, chain } from "../ports/awaitable.ts";
import type { LogEntry, Position } from "../store/message-log.ts";
import type { HistoryPage, IHistory } from "../store/store.ts";
import type { IGapObserver } from "./catch-up.ts";
import type { LocalClient, ReplayRequest } from "./client.ts";

/** Entries read in one go. */
const READ_LIMIT = 500;
const ALL_KEPT = -2;

/** What there is of what was asked for. */
export interface Recalled {
  /** In order. */
  readonly entries: readonly LogEntry[];
  /** Where the log ended when they were read: none are missing between them and this. */
  readonly head: Position;
  /** What was asked for and is gone. */
  readonly gap?: { readonly from: Position; readonly to: Position };
}

/** Reads a channel's history up to `until` for somebody who is to get it before what is published after that. */
export function recall(
  history: IHistory,
  channel: string,
  replay: ReplayRequest,
  until: Position = Number.POSITIVE_INFINITY,
): Awaitable<Recalled> {
  const since = "since" in replay ? replay.since : ALL_KEPT;
  return chain(readAll(history, channel, since, []), (page) => {
    // A position that was never given out is one of another log, and nobody knows what came after it.
    if (since > page.head) return recallAll(history, channel, until);
    const entries = page.entries.filter(({ position }) => position <= until);
    if ("last" in replay) {
      return { entries: replay.last > 0 ? entries.slice(-replay.last) : [], head: page.head };
    }
    return { entries, head: page.head, ...(page.hasGap && gapBefore(entries, since, page.head)) };
  });
}

/** Tells of what is gone of it. */
export function tellGap(observer: IGapObserver, client: LocalClient, { gap }: Recalled): void {
  if (gap !== undefined) observer.onGap(client, gap.from, gap.to);
}

/** Without what is not for the client. */
export function wantedBy(client: LocalClient, { entries }: Recalled): readonly LogEntry[] {
  return entries.filter(({ except }) => except !== client.id && except !== client.publicId);
}

function recallAll(history: IHistory, channel: string, until: Position): Awaitable<Recalled> {
  return chain(recall(history, channel, { since: ALL_KEPT }, until), (all) => ({
    ...all,
    ...gapBefore(all.entries, 0, all.head),
  }));
}

function gapBefore(
  [first]: readonly LogEntry[],
  from: Position,
  head: Position,
): Required<Pick<Recalled, "gap">> {
  return { gap: { from, to: first === undefined ? head : first.position - 1 } };
}

function readAll(
  history: IHistory,
  channel: string,
  since: Position,
  before: readonly LogEntry[],
): Awaitable<HistoryPage> {
  return chain(history.replay(channel, since, READ_LIMIT), (page) => {
    const entries = [...before, ...page.entries];
    const last = page.entries.at(-1);
    if (last === undefined || page.entries.length < READ_LIMIT) return { ...page, entries };
    return chain(readAll(history, channel, last.position, entries), (rest) => ({
      ...rest,
      hasGap: page.hasGap,
    }));
  });
}
