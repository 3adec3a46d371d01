import { Writable } from "node:stream";
import { describe, expect, it, vi } from "vitest";
import type { WebSocket } from "ws";
import { endOnce } from "./end-once.ts";

/** As the library keeps it. */
function socketWith(receiver: unknown): WebSocket {
  return { _receiver: receiver } as unknown as WebSocket;
}

describe("a receiver that is ended once", () => {
  it("is not ended again", () => {
    const end = vi.spyOn(Writable.prototype, "end");
    const receiver = new Writable({ write: (_chunk, _encoding, done) => done() });
    endOnce(socketWith(receiver));
    expect(receiver.end()).toBe(receiver);
    expect(receiver.end()).toBe(receiver);
    expect(end).toHaveBeenCalledTimes(1);
    expect(receiver.writableEnded).toBe(true);
  });

  it("ends by itself where the library has an end of its own for it, or no receiver", () => {
    const end = () => undefined;
    const other = { end };
    endOnce(socketWith(other));
    endOnce(socketWith(undefined));
    expect(other.end).toBe(end);
  });
});
