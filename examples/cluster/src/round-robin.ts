import { type IncomingMessage, request, type ServerResponse } from "node:http";
import { connect } from "node:net";
import { type Duplex, pipeline } from "node:stream";
import type { NodeProcess } from "./node-process.ts";

const HOST = "127.0.0.1";

/** Gives each request to the next node, whoever sends it: the worst that a load balancer can do to a server push. */
export class RoundRobin {
  readonly #nodes: readonly NodeProcess[];
  #turn = 0;

  constructor(nodes: readonly NodeProcess[]) {
    this.#nodes = nodes;
  }

  pass(asked: IncomingMessage, response: ServerResponse): void {
    const port = this.#next();
    if (port === undefined) {
      response.writeHead(503).end();
      return;
    }
    const { method, url, headers } = asked;
    const passed = request({ host: HOST, port, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      // A node that dies in the middle of an answer leaves one that is cut off.
      pipeline(answer, response, () => {});
    });
    passed.once("error", () => {
      if (response.headersSent) response.destroy();
      else response.writeHead(502).end();
    });
    response.once("close", () => passed.destroy());
    asked.pipe(passed);
  }

  /** For WebSockets: from the request on, bytes go to and fro as they are. */
  passUpgrade({ method, url, rawHeaders }: IncomingMessage, socket: Duplex, head: Buffer): void {
    const port = this.#next();
    if (port === undefined) {
      socket.end("HTTP/1.1 503 Service Unavailable\r\n\r\n");
      return;
    }
    const node = connect(port, HOST);
    node.write(`${method} ${url} HTTP/1.1\r\n${linesOf(rawHeaders)}\r\n`);
    node.write(head);
    pipeline(socket, node, socket, () => {
      socket.destroy();
      node.destroy();
    });
  }

  /** The port of the next node that is up. */
  #next(): number | undefined {
    for (let tried = 0; tried < this.#nodes.length; tried++) {
      const node = this.#nodes[this.#turn++ % this.#nodes.length];
      if (node?.port === undefined) continue;
      node.given += 1;
      return node.port;
    }
    return undefined;
  }
}

/** Names and values follow each other. */
function linesOf(rawHeaders: readonly string[]): string {
  let lines = "";
  for (let at = 0; at < rawHeaders.length; at += 2) {
    lines += `${rawHeaders[at]}: ${rawHeaders[at + 1]}\r\n`;
  }
  return lines;
}
