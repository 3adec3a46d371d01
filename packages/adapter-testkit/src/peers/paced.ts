import type { Writable } from "node:stream";

/** Writes the pieces a turn of the event loop apart, then calls back. Stops when the stream is destroyed. */
export function writePaced(
  stream: Writable,
  pieces: readonly Uint8Array[],
  onWritten: () => void,
): void {
  const [piece, ...rest] = pieces;
  if (stream.destroyed) return;
  if (piece === undefined) onWritten();
  else {
    stream.write(piece);
    setImmediate(() => writePaced(stream, rest, onWritten));
  }
}
