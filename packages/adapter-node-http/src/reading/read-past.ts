import { Socket } from "node:net";
import { type Duplex, Readable } from "node:stream";

/**
 * Where node puts what it has read from any socket that is read past its stream. It stays until anything else is called: that may
 * lead to the next read. Node has `onread` for that, but only for sockets that one makes
 * oneself: for each read of all others it asks the system for 64 kB, and gives most of them back.
 * @see https://nodejs.org/api/net.html#new-netsocketoptions
 */
export const received: Buffer = Buffer.allocUnsafeSlow(65_536);

/** Who reads a socket past its stream. */
export const READER: unique symbol = Symbol("reader");

export interface PastSocket<T> extends Duplex {
  [READER]: T;
}

/** Node calls it with how many bytes it has {@link received}. False: it is to read no more for now. */
export type OnRead<T> = (this: PastSocket<T>, length: number) => boolean;

interface OwnSocket extends Duplex {
  readonly _handle?: { readonly useUserBuffer?: (buffer: Buffer) => void };
}

const { pause } = Readable.prototype;
const BUFFER = ownSymbol("kBuffer");
const CALLBACK = ownSymbol("kBufferCb");

/** The symbol under which node keeps something of a socket. */
function ownSymbol(description: string): symbol | undefined {
  const symbols = Object.getOwnPropertySymbols(new Socket());
  return symbols.find((symbol) => symbol.description === description);
}

/**
 * Has `onRead` get what a socket reads before its stream does, to which it passes on what is not for it. Whoever read the
 * socket so before does no more. Does nothing where node is not as it was.
 */
export function readPast<T>(raw: Duplex, reader: T, onRead: OnRead<T>): void {
  if (BUFFER === undefined || CALLBACK === undefined) return;
  const buffer: unknown = Reflect.get(raw, BUFFER);
  if (buffer === null) {
    const { _handle: handle } = raw as OwnSocket;
    if (handle?.useUserBuffer === undefined) return;
    handle.useUserBuffer(received);
  } else if (buffer !== received) return;
  // No closures: there would be some for each idle socket.
  Object.assign(raw, { [READER]: reader, [BUFFER]: received, [CALLBACK]: onRead });
  // A socket with a buffer of its own reads nothing while it is paused, and so does not hear that its peer has gone; others do,
  // and read as much as they may keep.
  if (raw.pause === Socket.prototype.pause) raw.pause = pause as Duplex["pause"];
}

/** From now on the stream of the socket gets all that is read. */
export function readNoMorePast(raw: Duplex): void {
  if (READER in raw) readPast(raw, undefined, passAllOn);
}

/** Hands the stream of a socket what has been received from `start` on. */
export function passOn(socket: Duplex, start: number, length: number): boolean {
  return socket.push(Buffer.from(received.subarray(start, length)));
}

/** True where nothing is on its way through the stream of the socket, and only one listens to it. */
export function isStreamIdle(socket: Duplex): boolean {
  return (
    socket.readableFlowing === true &&
    socket.readableLength === 0 &&
    socket.listenerCount("data") === 1
  );
}

function passAllOn(this: PastSocket<undefined>, length: number): boolean {
  return passOn(this, 0, length);
}
