import type { CometError } from "../comet-error.ts";

/** For whom messages go while the outbox is open. */
export interface Outlet {
  readonly clientId: string | undefined;
  /** True where the server can tell by a key that it has a message already. */
  readonly hasKeys: boolean;
  /** A message has not got through, or has a reply which says that the server does not know this client. */
  fail(error: CometError): void;
}
