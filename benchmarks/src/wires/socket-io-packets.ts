/** Packets of Engine.IO 4 with those of Socket.IO in them, as far as they occur here. */
export const OPEN = "0";
export const PING = "2";
export const PONG = "3";
export const CONNECT = "40";
export const DISCONNECT = "41";
const EVENT = "42";
export const ACK = "43";
/** Stands between the packets of one HTTP body. */
export const SEPARATOR = "\x1e";

/** One event; with a number, one that the server is to acknowledge. */
export function eventPacket(args: readonly string[], ackId?: number): string {
  return `${EVENT}${ackId ?? ""}${JSON.stringify(args)}`;
}
