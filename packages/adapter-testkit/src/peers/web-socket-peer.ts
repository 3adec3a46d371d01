import { randomBytes } from "node:crypto";
import { type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Duplex } from "node:stream";
import type { Message } from "@encke/core";
import type { Peer, PeerListener, PeerOptions } from "../peer.ts";
import { clientFrame, type Frame, FrameReader, OPCODE } from "./frames.ts";
import { writePaced } from "./paced.ts";
import type { PeerTarget } from "./peer-target.ts";

/** Close codes by which a server says that nothing was wrong. */
const NO_FAULT: ReadonlySet<number> = new Set([1_000, 1_001, 1_005]);

/** A peer that sends each request as a message on one WebSocket, in as many fragments as there are pieces. */
export function openWebSocketPeer(
  target: PeerTarget,
  listener: PeerListener,
  options: PeerOptions,
): Promise<Peer> {
  const request = upgradeRequest(target, options);
  request.end();
  return new Promise((resolve, reject) => {
    request.on("error", reject);
    request.on("response", (response) => {
      options.jar.keep(response.headers["set-cookie"]);
      response.resume();
      listener.onRefused(response.statusCode ?? 0);
      resolve(NOBODY);
    });
    request.on("upgrade", (response: IncomingMessage, socket, head) => {
      options.jar.keep(response.headers["set-cookie"]);
      resolve(new WebSocketPeer(socket, head, listener));
    });
  });
}

function upgradeRequest({ url, tls }: PeerTarget, { headers, jar }: PeerOptions): ClientRequest {
  const options = {
    agent: false,
    headers: {
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": randomBytes(16).toString("base64"),
      ...headers,
      ...(jar.header !== undefined && { cookie: jar.header }),
    },
  };
  return url.startsWith("https:")
    ? httpsRequest(url, { ...options, ...tls })
    : httpRequest(url, options);
}

/** What is left of a peer whose connection was refused. */
const NOBODY: Peer = {
  send: () => undefined,
  stall: () => undefined,
  resume: () => undefined,
  leave: () => undefined,
};

class WebSocketPeer implements Peer {
  readonly #socket: Duplex;
  readonly #listener: PeerListener;
  readonly #reader = new FrameReader();

  constructor(socket: Duplex, head: Buffer, listener: PeerListener) {
    this.#socket = socket;
    this.#listener = listener;
    socket.on("data", (chunk: Buffer) => this.#read(chunk));
    socket.on("error", () => undefined);
    socket.on("close", () => listener.onClosed());
    if (head.length > 0) this.#read(head);
  }

  send(pieces: readonly Uint8Array[]): void {
    const frames = pieces.map((piece, at) =>
      clientFrame(at === 0 ? OPCODE.text : OPCODE.continuation, piece, at === pieces.length - 1),
    );
    writePaced(this.#socket, frames, () => undefined);
  }

  stall(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  leave(): void {
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    for (const frame of this.#reader.read(chunk)) this.#receive(frame);
  }

  #receive({ opcode, payload }: Frame): void {
    if (opcode === OPCODE.text) {
      this.#listener.onMessages(JSON.parse(payload.toString()) as readonly Message[]);
    } else if (opcode === OPCODE.ping) {
      this.#socket.write(clientFrame(OPCODE.pong, payload, true));
    } else if (opcode === OPCODE.close) this.#close(payload);
  }

  #close(payload: Buffer): void {
    const code = payload.length >= 2 ? payload.readUInt16BE(0) : 1_005;
    if (!NO_FAULT.has(code)) this.#listener.onRefused(code);
    this.#socket.end(clientFrame(OPCODE.close, payload, true));
  }
}
