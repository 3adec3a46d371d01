/** For a piece that was cut out of a text, which keeps the whole of it in memory. */
export function copyOf(piece: string): string {
  const isAscii = Buffer.byteLength(piece) === piece.length;
  const encoding = isAscii ? "latin1" : "utf16le";
  return Buffer.from(piece, encoding).toString(encoding);
}
