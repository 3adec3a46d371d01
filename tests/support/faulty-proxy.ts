import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { type Cut, type Mode, ProxiedConnection } from "./proxied-connection.ts";

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

/** Stands between clients and a server on this machine until the test is over, and does what networks do. */
export class FaultyProxy {
  readonly #server: Server;
  readonly #clients = new Set<Socket>();
  readonly #connections = new Set<ProxiedConnection>();
  #mode: Mode = "pass";
  #cut: { readonly marker: string; readonly cut: Cut } | undefined;
  #port = 0;
  #made = 0;
  /** Where connections go that are made from now on: a port of this machine. */
  target: number;

  private constructor(target: number) {
    this.target = target;
    // Whether one side has ended its half is for the other side to see, and not for the proxy to complete.
    this.#server = createServer({ allowHalfOpen: true }, (client) => this.#accept(client));
  }

  /** In front of the server that has this URL. */
  static async before(target: string): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(portOf(target));
    await proxy.#listen();
    onTestFinished(() => proxy.close());
    return proxy;
  }

  get port(): number {
    return this.#port;
  }

  /** Of the Comet, as the server has it below `/comet`. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}/comet`;
  }

  /** Connections that are open on the side of clients. */
  get open(): number {
    return this.#clients.size;
  }

  /** Connections that clients have made so far, those that were reset included. */
  get made(): number {
    return this.#made;
  }

  /** Applies to connections made from now on and, where it says so, to those there are. */
  async become(mode: Mode): Promise<void> {
    const wasListening = this.#mode !== "refuse";
    this.#mode = mode;
    for (const connection of this.#connections) connection.become(mode);
    if (mode === "refuse") this.#server.close();
    else if (!wasListening) await this.#listen();
  }

  /** Cuts one connection: in the next piece from the server that contains the marker. */
  cutNext(marker: string, cut: Cut): void {
    this.#cut = { marker, cut };
  }

  get isToCut(): boolean {
    return this.#cut !== undefined;
  }

  /** Breaks each connection after so many more bytes from the server; 0: at once. */
  breakAll(bytes = 0): void {
    for (const connection of this.#connections) connection.breakAfter(bytes);
  }

  /** Tells each client that nothing more comes, and still takes what it says. */
  halfCloseAll(): void {
    for (const connection of this.#connections) connection.halfClose();
  }

  /** Breaks everything off and listens no more. */
  close(): void {
    this.#server.close();
    for (const connection of this.#connections) connection.destroy();
    for (const client of this.#clients) client.destroy();
  }

  async #listen(): Promise<void> {
    this.#server.listen(this.#port, "127.0.0.1");
    await once(this.#server, "listening");
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  #accept(client: Socket): void {
    this.#made++;
    if (this.#mode === "reset") {
      client.resetAndDestroy();
      return;
    }
    this.#clients.add(client);
    client.on("close", () => this.#clients.delete(client));
    if (this.#mode === "hang") {
      client.on("error", () => client.destroy()).on("end", () => client.destroy());
      client.resume();
      return;
    }
    const server = connect({ port: this.target, host: "127.0.0.1", allowHalfOpen: true });
    const connection = new ProxiedConnection(client, server, (piece) => this.#cutOf(piece));
    this.#connections.add(connection);
    client.on("close", () => this.#connections.delete(connection));
    connection.become(this.#mode);
  }

  /** How many bytes of the piece are the last that get through, where it is the one to be cut. */
  #cutOf(piece: Buffer): number | undefined {
    if (this.#cut === undefined || !piece.includes(this.#cut.marker)) return undefined;
    const { cut } = this.#cut;
    this.#cut = undefined;
    return cut(piece.length);
  }
}

/** The port of an address of this machine. */
export function portOf(url: string): number {
  return Number(new URL(url).port);
}
