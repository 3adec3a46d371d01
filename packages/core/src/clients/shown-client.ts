import type { ClientRecord } from "../store/client-repository.ts";
import { type ILocalClientObserver, LocalClient } from "./client.ts";

const NOBODY: ILocalClientObserver = {
  onTimer: () => undefined,
  onAcknowledged: () => undefined,
};

/** A client that is only shown to listeners: it has no timer and gets nothing. */
export function shownClient(record: ClientRecord): LocalClient {
  return new LocalClient(record, NOBODY);
}
