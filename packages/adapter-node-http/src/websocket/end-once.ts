import { Writable } from "node:stream";
import type { WebSocket } from "ws";
import { receiverOf } from "./receiver-of.ts";

/**
 * Keeps the library from ending its receiver a second time when the socket closes after its end. Node makes an error of
 * that, with a stack, which is nobody's, and a twentieth of what a client costs that comes and goes.
 */
export function endOnce(webSocket: WebSocket): void {
  const receiver = receiverOf(webSocket);
  if (receiver?.end === Writable.prototype.end) receiver.end = endIfNotEnded;
}

/** The library calls it without arguments. */
function endIfNotEnded(this: Writable): Writable {
  return this.writableEnded ? this : Reflect.apply(Writable.prototype.end, this, []);
}
