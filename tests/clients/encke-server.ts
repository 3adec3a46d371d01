import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { attachComet, type CometHttpOptions } from "@encke/adapter-node-http";
import { type Comet, type CometOptions, createComet, type IClient, type IStore } from "@encke/core";
import { MemoryStore } from "@encke/store-memory";

export interface ServerOptions {
  readonly comet?: Omit<CometOptions, "store" | "log">;
  readonly http?: CometHttpOptions;
  /** Called for each Comet that the server makes. @default a memory store of its own */
  readonly makeStore?: () => IStore;
  /** Called for each Comet that the server makes: after a restart, again. */
  readonly arrange?: (comet: Comet) => void;
}

/** What is known of a handshake that was successful. */
export interface Welcome {
  readonly client: IClient;
  /** Of its browser: the one that it presented, or else was given. */
  readonly identity: string | undefined;
}

/** Encke over node:http on a port of its own, which it keeps when it is started again. */
export class EnckeServer {
  readonly welcomes: Welcome[] = [];
  /** Over what clients have connected. */
  readonly transports = new Set<string>();
  /** What it logged as a warning or an error. */
  readonly complaints: string[] = [];
  readonly #options: ServerOptions;
  readonly #others: RequestListener;
  /** The WebSockets that are open. */
  readonly webSockets = new Set<Duplex>();
  readonly #sockets = new Set<Socket>();
  #comet: Comet;
  #server: Server;
  #port = 0;

  private constructor(options: ServerOptions, others: RequestListener) {
    this.#options = options;
    this.#others = others;
    this.#comet = this.#makeComet();
    this.#server = this.#makeServer();
  }

  /** `others` answers what is not for the Comet. */
  static async start(options: ServerOptions, others: RequestListener): Promise<EnckeServer> {
    const server = new EnckeServer(options, others);
    await server.comeBack();
    return server;
  }

  get comet(): Comet {
    return this.#comet;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get url(): string {
    return `${this.origin}/comet`;
  }

  /** The client that was welcomed last. */
  get latest(): IClient {
    const last = this.welcomes.at(-1);
    if (last === undefined) throw new Error("No client has come yet.");
    return last.client;
  }

  /** Breaks off every connection and takes no new ones. The Comet lives on. */
  async cutOff(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async comeBack(): Promise<void> {
    this.#server.listen(this.#port, "127.0.0.1");
    await once(this.#server, "listening");
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** What happens when the process is stopped and started: the new Comet knows nothing of the old one's clients. */
  async restart(): Promise<void> {
    await this.stop();
    this.#comet = this.#makeComet();
    this.#server = this.#makeServer();
    await this.comeBack();
  }

  async stop(): Promise<void> {
    await this.#comet.close({ deadline: 2_000 });
    if (this.#server.listening) await this.cutOff();
  }

  #makeComet(): Comet {
    const comet = createComet({
      store: this.#options.makeStore?.() ?? new MemoryStore(),
      log: (level, text, details) => {
        if (level === "warn" || level === "error") {
          this.complaints.push(`${level}: ${text} ${causeOf(details)}`);
        }
      },
      ...this.#options.comet,
    });
    comet.on("handshaken", ({ client, context }) => {
      this.welcomes.push({ client, identity: context.browser?.offered });
    });
    comet.on("connecting", ({ context }) => this.transports.add(context.transport));
    this.#options.arrange?.(comet);
    return comet;
  }

  #makeServer(): Server {
    const server = createServer(this.#others);
    attachComet(server, this.#comet, this.#options.http);
    server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
    this.#countWebSockets(server);
    return server;
  }

  /** A listener would not do: the adapter lets nobody else see those of its path. */
  #countWebSockets(server: Server): void {
    const emit = server.emit as (event: string | symbol, ...rest: unknown[]) => boolean;
    server.emit = (event: string | symbol, ...rest: unknown[]) => {
      if (event === "upgrade") {
        const [, socket] = rest as [unknown, Duplex];
        this.webSockets.add(socket);
        socket.on("close", () => this.webSockets.delete(socket));
      }
      return emit.apply(server, [event, ...rest]);
    };
  }
}

function causeOf(details: { readonly cause?: unknown } | undefined): string {
  return details?.cause === undefined ? "" : String(details.cause);
}
