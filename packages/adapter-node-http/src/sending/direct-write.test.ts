import { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import type * as DirectWrite from "./direct-write.ts";

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

  readonly texts: string[] = [];

  writeBuffer(request: object): number {
    this.requests.push(request as Request);
    (request as Request).isUnderWay = this.isSlow;
    return this.status;
  }

  writeLatin1String(request: object, text: string): number {
    this.texts.push(text);
    return FakeHandle.prototype.writeBuffer.call(this, request);
  }
}

class Fake {
  readonly _handle = new FakeHandle();
  readonly onFailed = vi.fn();
  readonly onLeft = vi.fn();

  /** As node does it. */
  writeThroughStream(request: object = new Request()): void {
    this._handle.writeBuffer(request);
    this._handle.requests.pop();
  }
}

describe("a write past a socket's stream", () => {
  let write: (fake: Fake) => number | undefined;
  let writeText: (fake: Fake, text: string) => number | undefined;
  let directHandleOf: typeof DirectWrite.directHandleOf;

  beforeEach(async () => {
    vi.resetModules();
    const module = await import("./direct-write.ts");
    write = (fake) => module.writeDirectly(fake._handle, bytes, fake);
    writeText = (fake, text) => module.writeDirectly(fake._handle, text, fake);
    directHandleOf = module.directHandleOf;
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

  it("learns also from a text", () => {
    const fake = new Fake();
    expect(writeText(fake, "first")).toBe(undefined);
    fake._handle.writeLatin1String(new Request(), "first");
    expect(Object.keys(fake._handle)).toEqual(Object.keys(new FakeHandle()));
    expect(writeText(fake, "second")).toBe(0);
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
    expect(one.onFailed).not.toHaveBeenCalled();
  });

  it("takes a text, too, of which it need not keep anything", () => {
    const fake = known();
    expect(writeText(fake, "text")).toBe(0);
    fake._handle.isSlow = true;
    expect(writeText(fake, "rest")).toBe(4);
    expect(fake._handle.texts).toEqual(["text", "rest"]);
    expect(fake._handle.requests[1]).not.toHaveProperty("buffer");
    fake._handle.requests[1]?.oncomplete(0);
    expect(fake.onLeft).toHaveBeenCalledTimes(1);
  });

  it("destroys a socket that does not take the rest, and says why", () => {
    const fake = known();
    fake._handle.isSlow = true;
    write(fake);
    fake._handle.requests[0]?.oncomplete(-32);
    expect(fake.onFailed).toHaveBeenCalledTimes(1);
    expect(fake.onFailed.mock.lastCall?.[0]).toMatchObject({
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
    expect(fake.onFailed).not.toHaveBeenCalled();
  });

  it("leaves it to the stream where the socket is gone", () => {
    known();
    expect(write({ _handle: {} } as unknown as Fake)).toBe(undefined);
    for (const _handle of [null, undefined]) {
      expect(directHandleOf(Object.assign(new Socket(), { _handle }))).toBe(undefined);
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
    const _handle = new FakeHandle();
    for (const one of [socket, ...others]) Object.assign(one, { _handle });
    expect(directHandleOf(socket)).toBe(_handle);
    expect(others.filter(directHandleOf)).toEqual([]);
    // Not what it would close with the test.
    for (const one of others) Object.assign(one, { _handle: null });
  });
});
