/** Names and values by turns, each pair as a line of a head. */
export function linesOf(headers: readonly string[]): string {
  let lines = "";
  for (let at = 0; at < headers.length; at += 2) lines += `${headers[at]}: ${headers[at + 1]}\r\n`;
  return lines;
}

let date = { second: -1, line: "" };
let end = { date: "", keepAliveTimeout: -1, text: "" };

/** The date, written out once in a second. */
export function dateLine(): string {
  const second = Math.floor(Date.now() / 1_000);
  if (second !== date.second) {
    date = { second, line: `Date: ${new Date(second * 1_000).toUTCString()}\r\n` };
  }
  return date.line;
}

/**
 * The end of a head behind which the connection goes on, as node:http writes it. `keepAliveTimeout`: milliseconds that the
 * connection may lie idle; 0: without end, and nothing is said of it.
 */
export function endOfLastingHead(keepAliveTimeout: number): string {
  const line = dateLine();
  if (line !== end.date || keepAliveTimeout !== end.keepAliveTimeout) {
    const seconds = Math.floor(keepAliveTimeout / 1_000);
    const hint = keepAliveTimeout > 0 ? `Keep-Alive: timeout=${seconds}\r\n` : "";
    end = { date: line, keepAliveTimeout, text: `${line}Connection: keep-alive\r\n${hint}\r\n` };
  }
  return end.text;
}
