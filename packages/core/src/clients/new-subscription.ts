import type { Awaitable } from "../ports/awaitable.ts";
import type { IMessageLog } from "../store/message-log.ts";
import type { IHistory } from "../store/store.ts";
import type { IGapObserver } from "./catch-up.ts";
import type { LocalClient, ReplayRequest } from "./client.ts";
import type { LocalClients } from "./local-clients.ts";

/** A subscription that is to be made with a replay. */
export interface NewSubscription {
  readonly client: LocalClient;
  readonly pattern: string;
  readonly replay: ReplayRequest;
  /** Makes it. False: there is no such client any more. */
  add(): Awaitable<boolean>;
  remove(): Awaitable<unknown>;
}

/** What replays need of their surroundings. */
export interface ReplayParts {
  readonly history: IHistory;
  readonly log: IMessageLog;
  readonly local: LocalClients;
  readonly observer: IGapObserver;
}
