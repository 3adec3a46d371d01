/** `/comet`, `/comet/` and `/comet/connect` are below `/comet`; `/cometX` is not. */
export function isBelow(path: string, url: string): boolean {
  if (!url.startsWith(path)) return false;
  const next = url.charCodeAt(path.length);
  return Number.isNaN(next) || next === SLASH || next === QUESTION_MARK;
}

const SLASH = 0x2f;
const QUESTION_MARK = 0x3f;
