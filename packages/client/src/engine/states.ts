/**
 * `disconnected`: nobody wants a connection. `connecting`: the first handshake is on its way, or being tried again.
 * `connected`: the server has answered a connect. `interrupted`: it answers no more, or knows the client no more, and the
 * client is coming back by itself. `disconnecting`: the server is being told good-bye.
 */
export type State = "disconnected" | "connecting" | "connected" | "interrupted" | "disconnecting";

const AFTER: Readonly<Record<State, readonly State[]>> = {
  disconnected: ["connecting"],
  connecting: ["connected", "disconnecting", "disconnected"],
  connected: ["interrupted", "disconnecting", "disconnected"],
  interrupted: ["connected", "disconnecting", "disconnected"],
  disconnecting: ["disconnected"],
};

/** True where the second state may come after the first. */
export function mayFollow(state: State, next: State): boolean {
  return AFTER[state].includes(next);
}
