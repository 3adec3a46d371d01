import { expect, it } from "vitest";
import type { TransportHost } from "../transport.ts";
import type { Socket } from "../world.ts";
import { WebSocketTransport } from "./websocket-transport.ts";

class FakeSocket implements Socket {
  static readonly made: FakeSocket[] = [];
  readonly said: string[] = [];
  onopen: (() => void) | null = null;
  onmessage: unknown;
  onerror: unknown;
  onclose: unknown;

  constructor() {
    FakeSocket.made.push(this);
  }

  send(text: string): void {
    this.said.push(text);
  }

  close(): void {
    this.said.push("closed");
  }
}

it("says the last message over a socket that opens after that, and closes it", () => {
  const world = { WebSocket: FakeSocket };
  const host = { url: "http://localhost/comet", world, fail: () => undefined };
  const transport = new WebSocketTransport(host as unknown as TransportHost);
  transport.send([{ channel: "/meta/disconnect", id: "1" }], true);
  transport.close();
  const [socket] = FakeSocket.made;
  expect(socket?.said).toEqual([]);
  socket?.onopen?.();
  expect(socket?.said).toEqual(['[{"channel":"/meta/disconnect","id":"1"}]', "closed"]);
});
