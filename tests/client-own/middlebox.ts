import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { onTestFinished } from "vitest";

/** A proxy of the kind that stands in offices: passes an answer on when it is complete, and knows no WebSockets. */
export class Middlebox {
  readonly url: string;
  /** Requests that are under way, and the most that ever were. */
  open = 0;
  most = 0;
  /** Sockets whose wish for a WebSocket it has left without an answer. */
  readonly ignored: Socket[] = [];

  private constructor(port: number) {
    this.url = `http://127.0.0.1:${port}/comet`;
  }

  /** Until the test is over. */
  static async before(target: string): Promise<Middlebox> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const box = new Middlebox((server.address() as AddressInfo).port);
    server.on("request", (received, response) => box.#pass(target, received, response));
    server.on("upgrade", (_request, socket: Socket) => {
      socket.on("error", () => undefined).resume();
      box.ignored.push(socket);
    });
    onTestFinished(() => {
      server.close();
      server.closeAllConnections();
      for (const socket of box.ignored) socket.destroy();
    });
    return box;
  }

  #pass(target: string, received: IncomingMessage, response: ServerResponse): void {
    this.most = Math.max(this.most, ++this.open);
    response.on("close", () => this.open--);
    const { method = "POST", headers } = received;
    const passed = request(target, { method, headers }, (answer) => {
      const pieces: Buffer[] = [];
      answer.on("data", (piece) => pieces.push(piece));
      answer.on("error", () => response.destroy());
      answer.on("end", () =>
        response.writeHead(answer.statusCode ?? 502).end(Buffer.concat(pieces)),
      );
    });
    passed.on("error", () => response.destroy());
    response.on("close", () => passed.destroy());
    received.pipe(passed);
  }
}
