import type { WebSocket } from "ws";

/** Who is told what happens on a WebSocket of the library. */
export interface SocketEvents {
  onText(text: string): void;
  onBinary(): void;
  onPong(): void;
  /** The library closes the socket by itself. */
  onError(cause: Error): void;
  onClosed(): void;
}

const EVENTS = Symbol("events");

interface Heard extends WebSocket {
  [EVENTS]: SocketEvents;
}

/** No closures: there would be some for each idle socket. */
export function listenTo(webSocket: WebSocket, events: SocketEvents): void {
  Object.assign(webSocket, { [EVENTS]: events });
  webSocket.on("message", onMessage as OnMessage);
  webSocket.on("pong", onPong as () => void);
  webSocket.on("error", onError as (cause: Error) => void);
  webSocket.on("close", onClose as () => void);
}

type OnMessage = (data: unknown, isBinary: boolean) => void;

/** The library hands on one buffer, as it does unless it is told otherwise. */
function onMessage(this: Heard, data: Buffer, isBinary: boolean): void {
  const { [EVENTS]: events } = this;
  if (isBinary) events.onBinary();
  else events.onText(data.toString());
}

function onPong(this: Heard): void {
  this[EVENTS].onPong();
}

function onError(this: Heard, cause: Error): void {
  this[EVENTS].onError(cause);
}

function onClose(this: Heard): void {
  this[EVENTS].onClosed();
}
