import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Gate, GateKeeper } from "@encke/adapter-node-http";
import { RenewedMap, RenewedSet, type RequestContext } from "@encke/core";
import { Server, type Socket } from "engine.io";
import type { BridgedComet } from "./bridged-comet.ts";
import { Connection } from "./connection.ts";
import { Namespaces } from "./namespaces.ts";
import type { Settings } from "./options.ts";
import type { Session } from "./session.ts";

/** The connection type of the gateway's clients. */
export const TRANSPORT = "socket.io";

/** All connections of one path of one server. */
export class Gateway implements GateKeeper {
  readonly comet: BridgedComet;
  readonly settings: Settings;
  readonly namespaces: Namespaces;
  /** By the id of the client that is on it. */
  readonly sessions: RenewedMap<string, Session> = new RenewedMap();
  readonly #gate: Gate;
  readonly #engine: Server;
  readonly #contexts = new WeakMap<IncomingMessage, RequestContext>();
  readonly #connections = new RenewedSet<Connection>();
  #pending = 0;

  constructor(comet: BridgedComet, gate: Gate, settings: Settings) {
    this.comet = comet;
    this.settings = settings;
    this.#gate = gate;
    this.namespaces = new Namespaces(settings.namespaces, comet.store.log.partitions === 1);
    this.#engine = engineOf(comet, settings);
    this.#engine.on("connection", (socket: Socket) => this.#add(socket));
    this.#engine.on("initial_headers", (headers: Record<string, unknown>, request) =>
      this.#addCookie(headers, request),
    );
  }

  request(request: IncomingMessage, response: ServerResponse): void {
    if (!this.#hasRoomFor(request)) response.writeHead(503).end();
    else this.#engine.handleRequest(request as EngineRequest, response);
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // A peer may break off while it is being answered, and nobody else listens yet.
    socket.on("error", ignore);
    if (this.#hasRoomFor(request)) {
      this.#engine.handleUpgrade(request as EngineRequest, socket, head);
    } else socket.end("HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n");
  }

  failed(cause: unknown): void {
    this.comet.log("error", "A request of a Socket.IO client could not be answered.", { cause });
  }

  /** Messages for a client are gone. */
  noteGap(clientId: string): void {
    this.sessions.get(clientId)?.noteGap();
  }

  /** Counts a connection that is in no namespace. Returns what ends that, to be called once. */
  addPending(): () => void {
    this.#pending++;
    return () => {
      this.#pending--;
    };
  }

  /** Asks every peer to go, and breaks off what is left after `deadline` milliseconds. */
  async close(deadline: number): Promise<void> {
    const closed = [...this.#connections].map((connection) => connection.close());
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, deadline);
    });
    await Promise.race([Promise.all(closed), late]);
    clearTimeout(timer);
    this.#engine.close();
  }

  #hasRoomFor(request: IncomingMessage): boolean {
    const query = queryOf(request);
    // Where it stands already, the library does not read the URL once more; and some it could not read.
    (request as QueriedRequest)._query = query;
    if (query.sid !== undefined) return true;
    if (this.comet.isClosing || this.#pending >= this.settings.maxPendingConnections) return false;
    this.#contexts.set(request, this.#gate.contextOf(request, TRANSPORT));
    return true;
  }

  #add(socket: Socket): void {
    const context = this.#contexts.get(socket.request as unknown as IncomingMessage);
    if (context === undefined) {
      socket.close(true);
      return;
    }
    const connection = new Connection(this, socket, context);
    this.#connections.add(connection);
    void connection.closed.then(() => this.#connections.delete(connection));
  }

  /** No answer after this one could carry it to a WebSocket. */
  #addCookie(headers: Record<string, unknown>, request: IncomingMessage): void {
    const context = this.#contexts.get(request);
    const cookie = context && this.#gate.cookieFor(context);
    if (cookie !== undefined) headers["Set-Cookie"] = cookie;
  }
}

/** A request as the library has prepared it. */
type QueriedRequest = IncomingMessage & { _query: Readonly<Record<string, string>> };

type EngineRequest = Parameters<Server["handleRequest"]>[0];

function queryOf({ url = "" }: IncomingMessage): Readonly<Record<string, string>> {
  const query: Record<string, string> = {};
  const at = url.indexOf("?");
  // Each poll comes here, and `Object.fromEntries` takes more than twice as long.
  new URLSearchParams(at < 0 ? "" : url.slice(at)).forEach((value, name) => {
    query[name] = value;
  });
  return query;
}

function engineOf({ limits }: BridgedComet, settings: Settings): Server {
  const { pingInterval, pingTimeout, upgradeTimeout } = settings;
  return new Server({
    ...{ pingInterval, pingTimeout, upgradeTimeout },
    maxHttpBufferSize: limits.bodyBytes,
    perMessageDeflate: false,
    httpCompression: false,
  });
}

function ignore(): void {
  // The library closes what has failed.
}
