import { createHash } from "node:crypto";
import { createServer, type Socket } from "node:net";
import { PLAIN } from "../wires/plain-websocket.ts";
import { listen } from "./listen.ts";
import { Rooms } from "./rooms.ts";

const SECRET_OF_SERVERS = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const TEXT = 0x81;
const RECEIPT = frameOf("ok");

/** What goes to the same channel, one after the other. */
interface Outgoing {
  readonly channel: string;
  readonly frames: Buffer[];
}

/**
 * As little as looks like WebSocket over node:net, which is the limit of what can be reached: nothing is checked, what comes
 * together leaves together, and nobody cares who reads slowly.
 */
export function start(): Promise<number> {
  const rooms = new Rooms<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on("error", () => socket.destroy());
    socket.on("close", () => rooms.leave(socket));
    socket.once("data", (head) => {
      socket.write(answerTo(head.toString("latin1")));
      let rest: Buffer = Buffer.alloc(0);
      socket.on("data", (chunk) => {
        const outgoing: Outgoing[] = [];
        const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
        rest = readTexts(bytes, (text) => handle(rooms, outgoing, socket, text));
        broadcast(rooms, outgoing);
      });
    });
  });
  return listen(server);
}

function answerTo(head: string): string {
  const key = /sec-websocket-key: *(\S+)/i.exec(head)?.[1] ?? "";
  const accept = createHash("sha1").update(`${key}${SECRET_OF_SERVERS}`).digest("base64");
  const lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"];
  return [...lines, `Sec-WebSocket-Accept: ${accept}`, "", ""].join("\r\n");
}

function handle(rooms: Rooms<Socket>, outgoing: Outgoing[], socket: Socket, text: string): void {
  const [kind] = text;
  const end = text.indexOf("\n");
  const channel = end === -1 ? text.slice(1) : text.slice(1, end);
  if (kind === PLAIN.subscribe) rooms.join(channel, socket);
  else {
    const frame = frameOf(text.slice(end + 1));
    const last = outgoing.at(-1);
    if (last?.channel === channel) last.frames.push(frame);
    else outgoing.push({ channel, frames: [frame] });
  }
  if (kind !== PLAIN.publish) socket.write(RECEIPT);
}

function broadcast(rooms: Rooms<Socket>, outgoing: readonly Outgoing[]): void {
  for (const { channel, frames } of outgoing) {
    const bytes = Buffer.concat(frames);
    for (const subscriber of rooms.in(channel)) subscriber.write(bytes);
  }
}

/** Calls back with the texts of frames that are whole, masked and less than 64 KiB. Returns what is left. */
function readTexts(bytes: Buffer, onText: (text: string) => void): Buffer {
  let at = 0;
  while (bytes.length >= at + 2) {
    const short = (bytes[at + 1] as number) & 0x7f;
    const mask = at + (short === 126 ? 4 : 2);
    if (bytes.length < mask + 4) break;
    const length = short === 126 ? bytes.readUInt16BE(at + 2) : short;
    const start = mask + 4;
    if (bytes.length < start + length) break;
    for (let index = 0; index < length; index++) {
      bytes[start + index] =
        (bytes[start + index] as number) ^ (bytes[mask + (index & 3)] as number);
    }
    at = start + length;
    onText(bytes.toString("utf8", start, at));
  }
  return bytes.subarray(at);
}

function frameOf(text: string): Buffer {
  const payload = Buffer.from(text);
  const { length } = payload;
  const head = length < 126 ? [TEXT, length] : [TEXT, 126, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), payload]);
}
