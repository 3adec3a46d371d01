import { frameText } from "@encke/adapter-node-http";
import { Encoder, PacketType } from "socket.io-parser";

/** What of a packet goes into one Engine.IO message. */
interface Part {
  readonly data: string | Buffer;
  /** Of the Engine.IO library: what a WebSocket is sent as it is, so that many are sent the same bytes. */
  readonly options: { readonly compress: false; readonly wsPreEncodedFrame?: readonly Buffer[] };
}

/** A packet of Socket.IO, ready to be sent to anybody. */
export interface Packet {
  readonly parts: readonly Part[];
  readonly bytes: number;
}

/** What a client learns when it has connected: its public id and, where it can come back for what it missed, how. */
export interface Welcome {
  readonly sid: string;
  readonly pid?: string;
}

/** The type of Engine.IO messages, which is before the text of each. */
const MESSAGE = "4";
const encoder = new Encoder();

export function connectPacket(nsp: string, data: Welcome): Packet {
  return packetOf({ type: PacketType.CONNECT, nsp, data });
}

export function refusalPacket(nsp: string, message: string, error: string): Packet {
  return packetOf({ type: PacketType.CONNECT_ERROR, nsp, data: { message, data: { error } } });
}

export function disconnectPacket(nsp: string): Packet {
  return packetOf({ type: PacketType.DISCONNECT, nsp });
}

export function eventPacket(nsp: string, data: readonly unknown[]): Packet {
  return packetOf({ type: PacketType.EVENT, nsp, data });
}

export function ackPacket(nsp: string, id: number, answer: unknown): Packet {
  return packetOf({ type: PacketType.ACK, nsp, id, data: [answer] });
}

interface Form {
  readonly type: PacketType;
  readonly nsp: string;
  readonly id?: number;
  readonly data?: unknown;
}

function packetOf(form: Form): Packet {
  const parts = (encoder.encode(form) as (string | Buffer)[]).map(partOf);
  return { parts, bytes: parts.reduce((sum, { data }) => sum + Buffer.byteLength(data), 0) };
}

function partOf(data: string | Buffer): Part {
  if (typeof data !== "string") return { data, options: { compress: false } };
  const wsPreEncodedFrame = [frameText(MESSAGE + data)];
  return { data, options: { compress: false, wsPreEncodedFrame } };
}
