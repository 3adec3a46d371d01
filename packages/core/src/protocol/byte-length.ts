const NOT_ASCII = /[\u0080-\uffff]/;

/** Bytes of the text in UTF-8. */
export function byteLength(text: string): number {
  // Looked through many times as fast as character by character; most texts are nothing else.
  if (!NOT_ASCII.test(text)) return text.length;
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x80) continue;
    // Both halves of a surrogate pair count two, which makes the four bytes of the pair.
    bytes += code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 1 : 2;
  }
  return bytes;
}
