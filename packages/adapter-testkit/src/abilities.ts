/**
 * What not every transport can do.
 * - `streaming`: sends messages past a connect that stays held.
 * - `connections`: keeps a connection open between requests, and so has to close it in the end.
 * - `taking back`: learns that an answer did not reach the peer.
 * - `cookies`: knows a browser again.
 * - `origins`: is told of which site a page is.
 * - `addresses`: knows the peer's network address.
 */
export type Ability =
  | "streaming"
  | "connections"
  | "taking back"
  | "cookies"
  | "origins"
  | "addresses";
