import { frameText } from "@encke/adapter-node-http";
import { Encoder, PacketType } from "socket.io-parser";

/** What of a packet goes into one Engine.IO message. */
interface Part {
  readonly data: string | Buffer;
  /** Of the Engine.IO library: what a WebSocket is sent as it is, so that many are sent the same bytes. */
  readonly options: { readonly compress: false; readonly wsPreEncodedFrame?: readonly Buffer[] };
}

/** Packets that are text only, as the transports write them. */
export interface Text {
  /** The body of the answer to a poll. */
  readonly payload: string;
  /** What a WebSocket is sent: as many frames as there are packets. */
  readonly frames: readonly [Buffer];
  /** Of the payload. */
  readonly bytes: number;
}

/** A packet of Socket.IO, ready to be sent to anybody. */
export interface Packet {
  readonly parts: readonly Part[];
  readonly bytes: number;
  /** Undefined: there are bytes in it. */
  readonly text?: Text;
}

/** What a client learns when it has connected: its public id and, where it can come back for what it missed, how. */
export interface Welcome {
  readonly sid: string;
  readonly pid?: string;
}

/** The type of Engine.IO messages, which is before the text of each. */
const MESSAGE = "4";
/** What is between two packets in the answer to a poll. */
const SEPARATOR = "\x1e";
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

/** Several that leave in one write, in this order. Undefined: there are bytes in one of them. */
export function joinPackets(packets: readonly Packet[]): Packet | undefined {
  if (packets.length === 1) return packets[0];
  const texts = packets.map(({ text }) => text).filter((text) => text !== undefined);
  if (texts.length < packets.length) return undefined;
  const payload = texts.map((text) => text.payload).join(SEPARATOR);
  return textPacket(payload, Buffer.concat(texts.flatMap(({ frames }) => frames)));
}

interface Form {
  readonly type: PacketType;
  readonly nsp: string;
  readonly id?: number;
  readonly data?: unknown;
}

function packetOf(form: Form): Packet {
  const [first, ...others] = encoder.encode(form) as [string, ...Buffer[]];
  const packet = textPacket(MESSAGE + first, frameText(MESSAGE + first));
  if (others.length === 0) return packet;
  const parts = others.map((data): Part => ({ data, options: { compress: false } }));
  return {
    parts: [...packet.parts, ...parts],
    bytes: others.reduce((sum, data) => sum + data.length, packet.bytes),
  };
}

function textPacket(payload: string, frame: Buffer): Packet {
  const bytes = Buffer.byteLength(payload);
  const frames = [frame] as const;
  // The library puts the type before it by itself. Of several that are joined, that is the type of the first.
  const data = payload.slice(MESSAGE.length);
  const part: Part = { data, options: { compress: false, wsPreEncodedFrame: frames } };
  return { parts: [part], bytes, text: { payload, frames, bytes } };
}
