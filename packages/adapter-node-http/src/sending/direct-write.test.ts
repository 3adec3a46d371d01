import { once } from "node:events";
import { connect, createServer, Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import type * as DirectWrite from "./direct-write.ts";
import { Outlet } from "./outlet.ts";

const bytes = Buffer.from("frame");

/** As node's own: its number is that of nothing until it is under way. */
class Request {
  isUnderWay = false;
  oncomplete: (status: number) => void = () => {};

  getAsyncId(): number {
    return this.isUnderWay ? 7 : -1;
  }
}

/** Decides what becomes of each write. */
class FakeHandle {
  readonly requests: Request[] = [];
  isSlow = false;
  status = 0;

  writeBuffer(request: object): number {
    this.requests.push(request as Request);
    (request as Request).isUnderWay = this.isSlow;
    return this.status;
  }
}

class Fake {
  readonly _handle = new FakeHandle();
  readonly destroy = vi.fn();
  readonly onLeft = vi.fn();

  /** As node does it. */
  writeThroughStream(request: object = new Request()): void {
    this._handle.writeBuffer(request);
    this._handle.requests.pop();
  }
}

describe("a write past a socket's stream", () => {
  let write: (fake: Fake) => number | undefined;
  let isDirectSocket: typeof DirectWrite.isDirectSocket;

  beforeEach(async () => {
    vi.resetModules();
    const module = await import("./direct-write.ts");
    write = (fake) => module.writeDirectly(fake, bytes, fake);
    isDirectSocket = module.isDirectSocket;
  });

  function known(): Fake {
    const fake = new Fake();
    write(fake);
    fake.writeThroughStream();
    return fake;
  }

  it("waits until node has shown how it makes a request, and looks only once", () => {
    const fake = new Fake();
    expect(write(fake)).toBe(undefined);
    const { writeBuffer } = fake._handle;
    expect(write(fake)).toBe(undefined);
    expect(fake._handle.writeBuffer).toBe(writeBuffer);
    expect(fake._handle.requests).toEqual([]);
    fake.writeThroughStream();
    expect(Object.hasOwn(fake._handle, "writeBuffer")).toBe(false);
    expect(write(fake)).toBe(0);
    expect(write(new Fake())).toBe(0);
  });

  it("uses one request for all that leaves at once, on whatever socket", () => {
    const [one, other] = [known(), new Fake()];
    for (const fake of [one, other, one]) expect(write(fake)).toBe(0);
    expect(new Set([...one._handle.requests, ...other._handle.requests]).size).toBe(1);
  });

  it("leaves a request alone for as long as it is under way, and tells when the bytes have left", () => {
    const [one, other] = [known(), new Fake()];
    one._handle.isSlow = true;
    expect(write(one)).toBe(bytes.length);
    expect(write(other)).toBe(0);
    const [request] = one._handle.requests;
    expect(request).toMatchObject({ buffer: bytes });
    expect(other._handle.requests[0]).not.toBe(request);
    expect(one.onLeft).not.toHaveBeenCalled();
    request?.oncomplete(0);
    expect(one.onLeft).toHaveBeenCalledTimes(1);
    expect(one.destroy).not.toHaveBeenCalled();
  });

  it("destroys a socket that does not take the rest, and says why", () => {
    const fake = known();
    fake._handle.isSlow = true;
    write(fake);
    fake._handle.requests[0]?.oncomplete(-32);
    expect(fake.destroy).toHaveBeenCalledTimes(1);
    expect(fake.destroy.mock.lastCall?.[0]).toMatchObject({
      message: "write EPIPE",
      errno: -32,
      code: "EPIPE",
      syscall: "write",
    });
    expect(fake.onLeft).toHaveBeenCalledTimes(1);
  });

  it("leaves it to the stream to say what fails at once, and that request to nobody", () => {
    const fake = known();
    fake._handle.status = -32;
    expect(write(fake)).toBe(undefined);
    fake._handle.status = 0;
    expect(write(fake)).toBe(0);
    expect(fake._handle.requests[0]).not.toBe(fake._handle.requests[1]);
    expect(fake.destroy).not.toHaveBeenCalled();
  });

  it("leaves it to the stream where the socket is gone", () => {
    known();
    for (const _handle of [null, undefined, {}]) {
      expect(write({ _handle } as unknown as Fake)).toBe(undefined);
    }
  });

  it.each([
    ["has no number", class {}],
    [
      "has a number from the beginning",
      class {
        getAsyncId = () => 3;
      },
    ],
    [
      "cannot be made",
      class {
        constructor() {
          throw new TypeError("Illegal constructor");
        }
      },
    ],
  ])("is not done where a request of node %s", (_, Other) => {
    const fake = new Fake();
    write(fake);
    fake.writeThroughStream(Object.create(Other.prototype) as object);
    expect(write(fake)).toBe(undefined);
    expect(write(new Fake())).toBe(undefined);
    expect(fake._handle.requests).toEqual([]);
  });

  it("is for sockets of node that do not encrypt, and that nobody watches", () => {
    const socket = new Socket();
    const secure = new TLSSocket(socket);
    onTestFinished(() => void secure.destroy());
    const watched = Object.assign(new Socket(), { write: () => true });
    const coded = Object.assign(new Socket(), { _write: () => {} });
    const gathered = Object.assign(new Socket(), { _writev: () => {} });
    const own = new (class extends Socket {})();
    const others = [secure, watched, coded, gathered, own, new Fake()];
    expect(isDirectSocket(socket)).toBe(true);
    expect(others.filter(isDirectSocket)).toEqual([]);
  });
});

describe("an outlet on a socket of node", () => {
  const limits = { highWaterMark: 100_000, maxBufferedBytes: 10_000_000 };

  async function pair(
    highWaterMark = limits.highWaterMark,
  ): Promise<{ socket: Socket; peer: Socket; outlet: Outlet }> {
    const server = createServer({ noDelay: true, highWaterMark: 1_000 }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    const peer = connect(port, "127.0.0.1");
    const [socket] = (await once(server, "connection")) as [Socket];
    onTestFinished(() => {
      peer.destroy();
      socket.destroy();
      server.close();
    });
    return { socket, peer, outlet: new Outlet(socket, { ...limits, highWaterMark }, () => {}) };
  }

  const numbered = (number: number): Buffer => Buffer.alloc(10_000, `${number};`);

  it("writes past its stream what leaves at once", async () => {
    const { socket, peer, outlet } = await pair();
    const write = vi.spyOn(socket, "write");
    outlet.send(bytes);
    write.mockClear();
    for (let count = 0; count < 5; count++) outlet.send(bytes);
    expect(write).not.toHaveBeenCalled();
    let text = "";
    for await (const chunk of peer) {
      text += chunk;
      if (text.length === 6 * bytes.length) break;
    }
    expect(text).toBe("frame".repeat(6));
    expect(socket.bytesWritten).toBe(text.length);
  });

  it.each([
    ["large", 16_384, undefined],
    ["more than may wait", 100, 100],
  ])("leaves to the stream what is %s", async (_, most, highWaterMark) => {
    const { socket, outlet } = await pair(highWaterMark);
    outlet.send(bytes);
    const write = vi.spyOn(socket, "write");
    outlet.send(Buffer.alloc(most));
    expect(write).not.toHaveBeenCalled();
    const large = Buffer.alloc(most + 1);
    outlet.send(large);
    expect(write).toHaveBeenCalledWith(large);
  });

  it("counts what is on its way past the stream to what may wait", async () => {
    const { socket, outlet } = await pair(12_000);
    outlet.send(bytes);
    const write = vi.spyOn(socket, "write");
    for (let count = 0; count < 10_000 && socket.writableLength === 0; count++) {
      expect(outlet.isStalled).toBe(false);
      outlet.send(numbered(1));
    }
    expect(write).toHaveBeenCalledTimes(1);
    expect(socket.writableLength).toBe(10_000);
    expect(outlet.isStalled).toBe(true);
  });

  it("keeps all bytes and their order for peers who read late, whoever else writes", async () => {
    const pairs = await Promise.all(Array.from({ length: 4 }, () => pair()));
    const expected: Buffer[] = [];
    for (let number = 0; number < 1_000; number++) {
      const isOther = number % 7 === 0;
      expected.push(numbered(number));
      for (const { socket, outlet } of pairs) {
        if (isOther) socket.write(numbered(number));
        else outlet.send(numbered(number));
      }
    }
    for (const { socket, outlet, peer } of pairs) {
      expect(socket.writableLength).toBeGreaterThan(limits.highWaterMark);
      expect(outlet.isStalled).toBe(true);
      socket.end();
      const chunks: Buffer[] = [];
      for await (const chunk of peer) chunks.push(chunk as Buffer);
      expect(Buffer.concat(chunks).equals(Buffer.concat(expected))).toBe(true);
    }
  });

  it("is told of a peer that goes with bytes on their way, once and for all", async () => {
    const { socket, peer, outlet } = await pair();
    const onError = vi.fn();
    socket.on("error", onError);
    peer.on("error", () => {});
    outlet.send(bytes);
    const onLeft = vi.spyOn(outlet, "onLeft");
    const write = vi.spyOn(socket, "write");
    for (let count = 0; count < 10_000 && socket.writableLength === 0; count++)
      outlet.send(numbered(1));
    // All others had left, or were leaving.
    expect(write).toHaveBeenCalledTimes(1);
    expect(onLeft).not.toHaveBeenCalled();
    peer.resetAndDestroy();
    await new Promise((resolve) => socket.once("close", resolve));
    await vi.waitFor(() => expect(onLeft).toHaveBeenCalledTimes(1));
    expect(onError).toHaveBeenCalledTimes(1);
  });
});
