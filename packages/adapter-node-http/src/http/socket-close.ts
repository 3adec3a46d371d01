import type { Socket } from "node:net";
import type { Cancel } from "@encke/core";

/**
 * Calls back once when the socket has closed. However many wait, the socket has one listener: a peer may send
 * any number of requests ahead on one connection.
 */
export function onSocketClose(socket: Socket, listener: () => void): Cancel {
  const waiting = waitingOf(socket);
  waiting.add(listener);
  return () => waiting.delete(listener);
}

const waitingBySocket = new WeakMap<Socket, Set<() => void>>();

function waitingOf(socket: Socket): Set<() => void> {
  const known = waitingBySocket.get(socket);
  if (known !== undefined) return known;
  const waiting = new Set<() => void>();
  waitingBySocket.set(socket, waiting);
  socket.once("close", () => {
    for (const listener of waiting) listener();
  });
  return waiting;
}
