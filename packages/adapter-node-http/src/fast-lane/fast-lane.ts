import { maxHeaderSize, Server } from "node:http";
import { Server as SecureServer } from "node:https";
import { Socket } from "node:net";
import { type Cancel, RenewedSet } from "@encke/core";
import { Deadlines } from "../sending/deadlines.ts";
import { Heartbeat } from "../sending/heartbeat.ts";
import { overrideMethod } from "../upgrade/override-method.ts";
import { BEAT, type LaneCare, LaneConnection } from "./lane-connection.ts";
import type { LaneExchange } from "./lane-exchange.ts";
import type { LaneRoute } from "./lane-route.ts";
import { MAX_HEAD_BYTES } from "./strict-head.ts";

export type LaneServer = Server | SecureServer;

type ConnectionListener = (this: LaneServer, socket: Socket) => void;

/** What node:http itself does with a connection. All its servers have this one listener, and so do those of node:https. */
const [readByNode] = new Server().listeners("connection") as ConnectionListener[];

/**
 * Reads the connections of a server before node:http does, for as long as there is nothing on them but plain POSTs to
 * one path. A connection on which there is anything else goes to node:http, with every byte of it, for good.
 */
export class FastLane implements LaneCare {
  readonly route: LaneRoute;
  readonly unsent: Deadlines<LaneExchange>;
  readonly #server: LaneServer;
  readonly #event: "connection" | "secureConnection";
  readonly #connections = new RenewedSet<LaneConnection>();
  readonly #heartbeat = new Heartbeat(BEAT);
  #isClosed = false;

  constructor(server: LaneServer, route: LaneRoute) {
    this.#server = server;
    this.#event = server instanceof SecureServer ? "secureConnection" : "connection";
    this.route = route;
    this.unsent = new Deadlines(route.writeTimeout, (exchange) => exchange.abort());
  }

  get keepAliveTimeout(): number {
    return this.#server.keepAliveTimeout;
  }

  /** Stays closed where somebody has put something else in the place of node:http. Returns what closes it. */
  open(): Cancel {
    const server = this.#server;
    const [first] = server.listeners(this.#event);
    if (readByNode === undefined || first !== readByNode) {
      this.route.refused();
      return () => undefined;
    }
    server.off(this.#event, readByNode);
    server.prependListener(this.#event, this.#onConnection);
    const undo = [
      this.#alsoFor("closeIdleConnections", (connection) => connection.closeIdle()),
      this.#alsoFor("closeAllConnections", (connection) => connection.destroy()),
    ];
    return () => {
      for (const step of undo) step();
      this.#isClosed = true;
      if (server.listeners(this.#event).includes(this.#onConnection)) {
        server.off(this.#event, this.#onConnection);
        server.prependListener(this.#event, readByNode);
      }
      for (const connection of [...this.#connections]) connection.leave();
    };
  }

  left(connection: LaneConnection): void {
    this.#connections.delete(connection);
    this.#heartbeat.delete(connection);
  }

  handOver(socket: Socket): void {
    readByNode?.call(this.#server, socket);
  }

  idled(socket: Socket): void {
    if (!this.#server.emit("timeout", socket)) socket.destroy();
  }

  errored(error: Error, socket: Socket): void {
    if (!this.#server.emit("clientError", error, socket)) socket.destroy(error);
  }

  readonly #onConnection = (socket: Socket): void => {
    if (!isUsual(this.#server) || !(socket instanceof Socket)) this.handOver(socket);
    // When all listeners of the server have been told: one of them may want to read the connection, too.
    else process.nextTick(() => this.#adopt(socket));
  };

  #adopt(socket: Socket): void {
    if (socket.destroyed) return;
    if (this.#isClosed || !isUntouched(socket)) {
      this.handOver(socket);
      return;
    }
    const connection = new LaneConnection(socket, this);
    this.#connections.add(connection);
    this.#heartbeat.add(connection);
  }

  #alsoFor(
    name: "closeIdleConnections" | "closeAllConnections",
    close: (connection: LaneConnection) => void,
  ): Cancel {
    const server = this.#server;
    const original = server[name];
    return overrideMethod(server, name, () => {
      for (const connection of [...this.#connections]) close(connection);
      original.call(server);
    });
  }
}

/** False for settings that the lane does not know how to keep. */
function isUsual(
  server: LaneServer & { httpAllowHalfOpen?: boolean; maxHeaderSize?: number },
): boolean {
  return (
    server.timeout === 0 &&
    !server.httpAllowHalfOpen &&
    server.maxHeadersCount === null &&
    !server.maxRequestsPerSocket &&
    (server.maxHeaderSize || maxHeaderSize) >= MAX_HEAD_BYTES
  );
}

/** False when somebody else reads the socket or counts its time. */
function isUntouched(socket: Socket): boolean {
  const isRead = socket.listenerCount("data") > 0 || socket.listenerCount("readable") > 0;
  return !isRead && !socket.timeout && socket.readableEncoding === null;
}
