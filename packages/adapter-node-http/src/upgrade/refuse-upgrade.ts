import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";

/** Milliseconds a refused peer has to take the answer. */
const FLUSH_TIMEOUT = 5_000;

/** Answers an upgrade request with an HTTP error and ends its socket, which node:http has let go of. */
export function refuseUpgrade(socket: Duplex, status: 403 | 426 | 500 | 503): void {
  const text = `${STATUS_CODES[status]}\n`;
  // The peer may be gone already; there is nobody to tell.
  socket.on("error", () => socket.destroy());
  const timer = setTimeout(() => socket.destroy(), FLUSH_TIMEOUT).unref();
  socket.once("close", () => clearTimeout(timer));
  socket.once("finish", () => socket.destroy());
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      ...(status === 426
        ? ["Connection: Upgrade, close", "Upgrade: websocket"]
        : ["Connection: close"]),
      "Content-Type: text/plain",
      `Content-Length: ${text.length}`,
      "",
      text,
    ].join("\r\n"),
  );
}
