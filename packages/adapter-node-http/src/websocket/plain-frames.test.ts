import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { readPlainFrames } from "./plain-frames.ts";

const LIMIT = 1_000;

type Note = readonly [what: string, value: string | number];

interface Heard {
  /** What has come, from the library or past it, in order. */
  readonly notes: Note[];
  /** How many messages came from the library. */
  fromLibrary: number;
  readonly raw: Socket;
  readonly webSocket: WebSocket;
}

/** The server's end of a socket whose peer says nothing by itself. */
async function listenTo(isPast: boolean, onText?: (heard: Heard) => void): Promise<Heard> {
  const { raw, webSocket } = await openSocket();
  const heard: Heard = { notes: [], fromLibrary: 0, raw, webSocket };
  const { notes } = heard;
  const note = (text: string) => {
    notes.push(["text", text]);
    onText?.(heard);
  };
  webSocket.on("message", (data: Buffer, isBinary) => {
    heard.fromLibrary++;
    if (isBinary) notes.push(["binary", data.toString("hex")]);
    else note(data.toString());
  });
  webSocket.on("ping", (data) => notes.push(["ping", data.toString("hex")]));
  webSocket.on("pong", (data) => notes.push(["pong", data.toString("hex")]));
  webSocket.on("error", (cause) => notes.push(["error", cause.message]));
  webSocket.on("close", (code) => notes.push(["close", code]));
  if (isPast) readPlainFrames(raw, { webSocket, frameLimit: LIMIT, onText: note });
  return heard;
}

async function openSocket(): Promise<{ raw: Socket; webSocket: WebSocket }> {
  const http = createServer().listen(0, "127.0.0.1");
  await once(http, "listening");
  const library = new WebSocketServer({ noServer: true, maxPayload: LIMIT });
  const peer = connect((http.address() as AddressInfo).port, "127.0.0.1");
  peer.on("error", () => undefined);
  peer.resume();
  onTestFinished(() => {
    peer.destroy();
    http.close();
  });
  peer.write(
    "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
  );
  const [request, raw, head] = await once(http, "upgrade");
  const webSocket = await new Promise<WebSocket>((resolve) => {
    library.handleUpgrade(request, raw, head, resolve);
  });
  await turn();
  return { raw: raw as Socket, webSocket };
}

interface FrameForm {
  readonly first: number;
  readonly payload: Buffer;
  readonly mask?: readonly number[];
  readonly isMasked?: boolean;
}

function frameOf({ first, payload, mask = [1, 2, 3, 4], isMasked = true }: FrameForm): Buffer {
  const bit = isMasked ? 0x80 : 0;
  const length = payload.length;
  const header =
    length < 126 ? [first, bit | length] : [first, bit | 126, length >> 8, length & 0xff];
  const body = payload.map((byte, at) => (isMasked ? byte ^ (mask[at % 4] as number) : byte));
  return Buffer.concat([Buffer.from(header), Buffer.from(isMasked ? mask : []), body]);
}

const text = (value: string, mask?: readonly number[]) =>
  frameOf({ first: 0x81, payload: Buffer.from(value), ...(mask && { mask }) });

function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const ALPHABETS = ['ab{}[]":,', "aé€ß", "a😀語", "\u0000\u007f\u0080\ufeff"];

function anyFrame(random: (below: number) => number): Buffer {
  const mask = Array.from({ length: 4 }, () => random(256) * Math.min(1, random(8)));
  const alphabet = [...(ALPHABETS[random(ALPHABETS.length)] as string)];
  const length = random(10) === 0 ? random(250) : random(20);
  const words = Array.from({ length }, () => alphabet[random(alphabet.length)]).join("");
  const payload = Buffer.from(words);
  switch (random(60)) {
    case 0:
      return frameOf({ first: 0x82, payload, mask });
    case 1:
    case 2:
      return frameOf({ first: 0x89, payload: payload.subarray(0, 125), mask });
    case 3:
      return frameOf({ first: 0x8a, payload: Buffer.alloc(0), mask });
    case 4:
    case 5: {
      const at = random(payload.length + 1);
      const begin = frameOf({ first: 0x01, payload: payload.subarray(0, at), mask });
      return Buffer.concat([begin, frameOf({ first: 0x80, payload: payload.subarray(at), mask })]);
    }
    default:
      return frameOf({ first: 0x81, payload, mask });
  }
}

/** What ends a connection. */
const FATAL: readonly [string, Buffer][] = [
  ["no mask", frameOf({ first: 0x81, payload: Buffer.from("[]"), isMasked: false })],
  ["text that is no UTF-8", frameOf({ first: 0x81, payload: Buffer.from([0x61, 0xc3, 0x28]) })],
  ["half a character", frameOf({ first: 0x81, payload: Buffer.from([0xe2, 0x82]) })],
  ["more than allowed", frameOf({ first: 0x81, payload: Buffer.alloc(LIMIT + 1, 0x61) })],
  ["reserved bits", frameOf({ first: 0xc1, payload: Buffer.from("[]") })],
  ["a continuation of nothing", frameOf({ first: 0x80, payload: Buffer.from("[]") })],
  [
    "a fragment in a fragment",
    Buffer.concat([frameOf({ first: 1, payload: Buffer.from("[") }), text("[]")]),
  ],
  ["the peer's goodbye", frameOf({ first: 0x88, payload: Buffer.from([0x03, 0xe8]) })],
  [
    "a length of sixty-four bits",
    Buffer.from([0x81, 0xff, 255, 255, 255, 255, 255, 255, 255, 255]),
  ],
];

/** What node does with what it has read. */
function arrive(raw: Socket, bytes: Buffer): void {
  const { buffer, callback } = onReadOf(raw);
  if (buffer === null) raw.push(Buffer.from(bytes));
  else Reflect.apply(callback, raw, [bytes.copy(buffer), buffer]);
}

function onReadOf(raw: Socket) {
  const symbols = Object.getOwnPropertySymbols(raw);
  const get = (name: string) =>
    Reflect.get(raw, symbols.find(({ description }) => description === name) as symbol);
  return { buffer: get("kBuffer") as Buffer | null, callback: get("kBufferCb") as () => boolean };
}

async function hear(isPast: boolean, pieces: readonly Buffer[]): Promise<Heard> {
  const heard = await listenTo(isPast);
  for (const piece of pieces) if (!heard.raw.destroyed) arrive(heard.raw, piece);
  await turn();
  heard.raw.destroy();
  await once(heard.webSocket, "close");
  return heard;
}

function cut(bytes: Buffer, random: (below: number) => number): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = 1 + random(random(3) === 0 ? 8 : 300);
    pieces.push(bytes.subarray(at, at + length));
    at += length;
  }
  return pieces;
}

describe("reading plain frames", () => {
  it.each(Array.from({ length: 40 }, (_, seed) => seed + 1))(
    "hears what the library hears, however it is cut, seed %i",
    async (seed) => {
      const random = randomOf(seed);
      const frames = Array.from({ length: 60 }, () => anyFrame(random));
      const end = FATAL[seed % FATAL.length]?.[1] as Buffer;
      const all = Buffer.concat([...frames, end, ...frames]);
      const isCut = seed % 4 !== 0;
      const pieces = isCut ? cut(all, random) : [...frames, end, ...frames];
      const expected = await hear(false, pieces);
      const heard = await hear(true, pieces);
      expect(heard.notes).toEqual(expected.notes);
      expect(heard.notes.length).toBeGreaterThan(40);
      if (!isCut) expect(heard.fromLibrary).toBeLessThan(10);
    },
  );

  it.each(FATAL)("leaves %s to the library", async (_what, end) => {
    const bytes = [Buffer.concat([text("before"), end, text("after")])];
    const expected = await hear(false, bytes);
    const heard = await hear(true, bytes);
    expect(heard.notes).toEqual(expected.notes);
    expect(heard.notes[0]).toEqual(["text", "before"]);
    expect(heard.fromLibrary).toBe(0);
  });

  it.each([0, 1, 125, 126, 127, LIMIT])("reads %i bytes, whatever follows", async (length) => {
    const { raw, notes } = await listenTo(true);
    const value = "x".repeat(length);
    arrive(raw, Buffer.concat([text(value), text("y")]));
    expect(notes.map(([, heard]) => heard)).toEqual([value, "y"]);
  });

  it("goes on reading the chunk that it was at when another socket was read meanwhile", async () => {
    const other = await listenTo(true);
    const { raw, notes } = await listenTo(true, () => arrive(other.raw, text("0123456789")));
    arrive(raw, Buffer.concat([text("one"), text("two"), text("three")]));
    expect(notes.map(([, value]) => value)).toEqual(["one", "two", "three"]);
    expect(other.notes).toHaveLength(3);
  });

  it("leaves the socket alone where somebody else reads from it", async () => {
    const heard = await listenTo(true);
    const chunks: Buffer[] = [];
    heard.raw.on("data", (chunk: Buffer) => chunks.push(chunk));
    arrive(heard.raw, text("one"));
    expect(chunks.map(({ length }) => length)).toEqual([text("one").length]);
    expect(heard.notes).toEqual([["text", "one"]]);
    expect(heard.fromLibrary).toBe(1);
  });

  it("leaves everything to a library that keeps its state elsewhere", async () => {
    const heard = await listenTo(true);
    const { webSocket, raw } = heard;
    const receiver = Reflect.get(webSocket, "_receiver") as { _state: number };
    receiver._state = undefined as never;
    const chunks: unknown[] = [];
    raw.removeAllListeners("data").on("data", (chunk) => chunks.push(chunk));
    arrive(raw, text("one"));
    Reflect.deleteProperty(webSocket, "_receiver");
    arrive(raw, text("two"));
    expect(chunks).toEqual([text("one"), text("two")]);
    expect(heard.notes).toEqual([]);
    Reflect.set(webSocket, "_receiver", receiver);
  });

  it("reads nothing while the socket is paused, and then in order", async () => {
    const { raw, webSocket, notes } = await listenTo(true);
    webSocket.pause();
    arrive(raw, text("one"));
    expect(notes).toEqual([]);
    webSocket.resume();
    arrive(raw, text("two"));
    await turn();
    expect(notes.map(([, value]) => value)).toEqual(["one", "two"]);
  });

  it("says nothing more of a socket that was destroyed over what it had said", async () => {
    const { raw, notes } = await listenTo(true, (heard) => heard.webSocket.terminate());
    arrive(raw, Buffer.concat([text("last"), frameOf({ first: 0x89, payload: Buffer.from("?") })]));
    await turn();
    expect(notes.map(([what]) => what)).toEqual(["text", "close"]);
  });

  it("takes no frame for plain in the middle of what the library reads", async () => {
    // One byte of text under a mask that makes the rest look like a frame without any.
    const frame = text("x", [0x80, 2, 3, 4]);
    const header = await hear(true, [frame.subarray(0, 1), frame.subarray(1), text("y")]);
    expect(header.notes.slice(0, -1)).toEqual([
      ["text", "x"],
      ["text", "y"],
    ]);
    const pieces = [frameOf({ first: 1, payload: Buffer.from("[") }), text("[]")];
    const fragments = await hear(true, pieces);
    expect(fragments.notes).toEqual((await hear(false, pieces)).notes);
    expect(fragments.notes[0]).toEqual(["error", expect.any(String)]);
  });

  it("passes the end on", async () => {
    const { raw, webSocket, notes } = await listenTo(true);
    arrive(raw, text("one"));
    raw.push(null);
    raw.read(0);
    await once(webSocket, "close");
    expect(notes).toEqual([
      ["text", "one"],
      ["close", 1006],
    ]);
  });
});
