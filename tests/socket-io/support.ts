import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { attachComet } from "@encke/adapter-node-http";
import { type Comet, type CometOptions, createComet } from "@encke/core";
import { attachSocketIo, type SocketIoOptions } from "@encke/gateway-socket-io";
import { MemoryStore } from "@encke/store-memory";
import { io, type ManagerOptions, type Socket, type SocketOptions } from "socket.io-client";

export type ClientOptions = Partial<ManagerOptions & SocketOptions>;

/** A server with a Comet that Bayeux and Socket.IO clients reach, and what has to be closed in the end. */
export class Bridge {
  readonly comet: Comet;
  readonly server: Server;
  readonly #sockets: Socket[] = [];
  #port = 0;

  private constructor(comet: Comet, server: Server) {
    this.comet = comet;
    this.server = server;
  }

  static async open(
    options: SocketIoOptions = {},
    cometOptions: Partial<CometOptions> = {},
  ): Promise<Bridge> {
    const comet = createComet({ store: new MemoryStore(), ...cometOptions });
    const server = createServer();
    attachComet(server, comet);
    attachSocketIo(server, comet, options);
    const bridge = new Bridge(comet, server);
    await bridge.listen();
    return bridge;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get port(): number {
    return this.#port;
  }

  /** A client of npm's socket.io-client, on a connection of its own. */
  client(namespace = "/", options: ClientOptions = {}): Socket {
    const socket = io(`${this.url}${namespace}`, {
      forceNew: true,
      reconnectionDelay: 10,
      reconnectionDelayMax: 50,
      ...options,
    });
    this.#sockets.push(socket);
    return socket;
  }

  /** The same, once it has connected. */
  async connected(namespace = "/", options: ClientOptions = {}): Promise<Socket> {
    const socket = this.client(namespace, options);
    await connection(socket);
    return socket;
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    this.#port = (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.disconnect();
    await this.comet.close({ deadline: 1_000 });
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** Settles when the client has connected; rejects with what it was refused for. */
export function connection(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("connect_error", reject);
  });
}

/** What the client gets as an event, as far as it is told of by its name. Without the offset at the end. */
export function collect(socket: Socket, event: string): unknown[] {
  const got: unknown[] = [];
  socket.on(event, (data: unknown) => got.push(data));
  return got;
}

/** Looks until it is so: for what a real socket brings. */
export async function until(isSo: () => boolean, ms = 15_000): Promise<void> {
  const end = performance.now() + ms;
  while (!isSo()) {
    if (performance.now() > end) throw new Error("It did not come to pass in time.");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
