import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** How many of the bytes of an answer get through before the connection is cut. */
type Cut = (length: number) => number;

/** How much of an answer gets through: the status line, the head, the body, a WebSocket's frame in the middle, all of it. */
export const CUTS: readonly Cut[] = [
  () => 0,
  () => 1,
  (length) => Math.floor(length / 4),
  (length) => Math.floor(length / 2),
  (length) => length - 30,
  (length) => length - 1,
  (length) => length,
];

/** Stands between a client and servers, and cuts connections while answers pass. */
export class CuttingProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #cut: { readonly marker: string; readonly cut: Cut } | undefined;
  /** Where connections go that are made from now on: a port of this machine. */
  target: number;

  private constructor(target: number) {
    this.target = target;
    this.#server = createServer((client) => this.#join(client));
  }

  static async before(target: string): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(portOf(target));
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    onTestFinished(() => {
      proxy.#server.close();
      proxy.breakAll();
    });
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/comet`;
  }

  /** Cuts once, in the next piece from a server that contains the marker. */
  cutNext(marker: string, cut: Cut): void {
    this.#cut = { marker, cut };
  }

  get isToCut(): boolean {
    return this.#cut !== undefined;
  }

  breakAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #join(client: Socket): void {
    const server = connect(this.target, "127.0.0.1");
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        this.#sockets.delete(socket);
        other.end();
      });
    }
    client.on("data", (piece) => server.write(piece));
    server.on("data", (piece) => this.#pass(piece, server, client));
  }

  #pass(piece: Buffer, server: Socket, client: Socket): void {
    if (this.#cut === undefined || !piece.includes(this.#cut.marker)) {
      client.write(piece);
      return;
    }
    const through = piece.subarray(0, this.#cut.cut(piece.length));
    this.#cut = undefined;
    server.destroy();
    client.end(through);
  }
}

/** The port of an address of this machine. */
export function portOf(url: string): number {
  return Number(new URL(url).port);
}
