import { once } from "node:events";
import {
  Agent,
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { pipeline } from "node:stream";

/** A load balancer without any stickiness: each request goes to the next node, and each WebSocket. */
export class RoundRobin {
  readonly #ports: () => readonly number[];
  readonly #server: Server;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #sockets = new Set<Socket>();
  #next = 0;

  private constructor(ports: () => readonly number[]) {
    this.#ports = ports;
    this.#server = createServer((question, response) => this.#forward(question, response));
    this.#server.on("upgrade", (question, socket: Socket, head) =>
      this.#join(question, socket, head),
    );
  }

  /** `ports`: of the nodes of this machine that there are at the time. */
  static async start(ports: () => readonly number[]): Promise<RoundRobin> {
    const balancer = new RoundRobin(ports);
    balancer.#server.listen(0, "127.0.0.1");
    await once(balancer.#server, "listening");
    return balancer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/comet`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
    this.#agent.destroy();
    for (const socket of this.#sockets) socket.destroy();
  }

  #port(): number {
    const ports = this.#ports();
    return ports[this.#next++ % ports.length] ?? 0;
  }

  #forward(question: IncomingMessage, response: ServerResponse): void {
    const { method, url: path, headers } = question;
    const where = { host: "127.0.0.1", port: this.#port(), agent: this.#agent };
    const forwarded = request({ ...where, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      response.flushHeaders();
      pipeline(answer, response, () => {});
    });
    forwarded.on("error", () => {
      if (response.headersSent) response.destroy();
      else response.writeHead(502).end();
    });
    response.on("close", () => forwarded.destroy());
    question.pipe(forwarded);
  }

  #join({ url, rawHeaders }: IncomingMessage, socket: Socket, head: Buffer): void {
    const node = connect(this.#port(), "127.0.0.1");
    const lines = rawHeaders.reduce(
      (text, part, index) => text + part + (index % 2 === 0 ? ": " : "\r\n"),
      "",
    );
    node.write(`GET ${url} HTTP/1.1\r\n${lines}\r\n`);
    node.write(head);
    for (const [from, to] of [
      [socket, node],
      [node, socket],
    ] as const) {
      this.#sockets.add(from);
      from.on("close", () => this.#sockets.delete(from));
      pipeline(from, to, () => {});
    }
  }
}
