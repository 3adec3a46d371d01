import type { RequestContext } from "@encke/core";
import type { Socket } from "engine.io";
import { Decoder, type Packet, PacketType } from "socket.io-parser";
import type { Gateway } from "./gateway.ts";
import type { Auth } from "./joining.ts";
import { Outlet } from "./outlet.ts";
import { refusalPacket } from "./packets.ts";
import { Session } from "./session.ts";

/** One connection of the transport, on which a peer may be in several namespaces. */
export class Connection {
  readonly context: RequestContext;
  readonly outlet: Outlet;
  /** Settles when it has closed for whatever reason. */
  readonly closed: Promise<void>;
  readonly #gateway: Gateway;
  readonly #socket: Socket;
  readonly #decoder: Decoder;
  readonly #sessions = new Map<string, Session>();
  #stopWaiting: (() => void) | undefined;

  constructor(gateway: Gateway, socket: Socket, context: RequestContext) {
    const { settings } = gateway;
    this.#gateway = gateway;
    this.#socket = socket;
    this.context = context;
    this.outlet = new Outlet(socket, settings);
    this.#decoder = new Decoder({ maxAttachments: settings.maxAttachments });
    this.#decoder.on("decoded", (packet: Packet) => this.#receive(packet));
    socket.on("data", (data: unknown) => this.#decode(data));
    this.#wait();
    this.closed = new Promise((resolve) => {
      socket.once("close", () => {
        this.#closed();
        resolve();
      });
    });
  }

  /** A client is in a namespace. */
  joined(): void {
    this.#stopWaiting?.();
    this.#stopWaiting = undefined;
  }

  /** The session is over. */
  forget({ namespace: { name } }: Session): void {
    this.#sessions.delete(name);
    if (this.#sessions.size === 0 && this.#socket.readyState === "open") this.#wait();
  }

  /** Asks the peer to go. */
  close(): Promise<void> {
    this.#socket.close();
    return this.closed;
  }

  /** A connection without a client must not stay for long. */
  #wait(): void {
    if (this.#stopWaiting !== undefined) return;
    const { connectTimeout } = this.#gateway.settings;
    const timer = setTimeout(() => this.#socket.close(true), connectTimeout).unref();
    const leavePending = this.#gateway.addPending();
    this.#stopWaiting = () => {
      clearTimeout(timer);
      leavePending();
    };
  }

  #decode(data: unknown): void {
    try {
      this.#decoder.add(data);
    } catch (cause) {
      this.#gateway.comet.log("debug", "A Socket.IO packet was not one.", { cause });
      this.#socket.close();
    }
  }

  #receive(packet: Packet): void {
    const session = this.#sessions.get(packet.nsp);
    if (packet.type === PacketType.CONNECT && session === undefined) this.#connect(packet);
    else if (session?.isConnected !== true) this.#socket.close();
    else if (packet.type === PacketType.EVENT) this.#receiveEvent(session, packet);
    else if (packet.type === PacketType.DISCONNECT) session.leave();
    // Nothing that is sent asks for an answer.
    else if (packet.type !== PacketType.ACK) this.#socket.close();
  }

  #connect({ nsp, data }: Packet): void {
    const namespace = this.#gateway.namespaces.get(nsp);
    if (namespace === undefined) {
      this.outlet.send(refusalPacket(nsp, "Invalid namespace", ""));
    } else if (this.#sessions.size >= this.#gateway.settings.maxNamespaces) {
      this.outlet.send(refusalPacket(nsp, "Too many namespaces", ""));
    } else {
      const session = new Session(this.#gateway, this, namespace);
      this.#sessions.set(nsp, session);
      void session.open((data ?? {}) as Auth);
    }
  }

  #receiveEvent(session: Session, { id, data }: Packet): void {
    session.receive(data as readonly unknown[], (receipt) => {
      if (id !== undefined) session.acknowledge(id, receipt);
    });
  }

  #closed(): void {
    for (const session of [...this.#sessions.values()]) session.close();
    this.#decoder.destroy();
    this.joined();
  }
}
