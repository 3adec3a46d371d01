import type { Socket } from "node:net";
import type { NodeRequest, NodeResponse } from "../node-messages.ts";

/** Requests of one connection that may wait for the answer to an earlier one. Clients in use send none ahead. */
const MAX_WAITING = 64;

const waitingBySocket = new WeakMap<Socket, number>();

/**
 * False when an HTTP/1 connection sends yet more requests before the ones that it sent are answered. Each costs
 * the server many times what it costs the peer, and node:http stops reading only for answers that are ready.
 */
export function mayWait({ socket }: NodeRequest, response: NodeResponse): boolean {
  // A response has its socket from the beginning, unless it waits behind another one.
  if (response.socket !== null) return true;
  const waiting = waitingBySocket.get(socket) ?? 0;
  if (waiting >= MAX_WAITING) return false;
  waitingBySocket.set(socket, waiting + 1);
  response.once("socket", () => {
    waitingBySocket.set(socket, (waitingBySocket.get(socket) ?? 1) - 1);
  });
  return true;
}
