import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import type { NodeRequest } from "./node-messages.ts";
import { directPeerOf, forwardedPeerOf } from "./peer.ts";

/** A socket that counts how often it is asked who is on its other end. */
class FakeSocket {
  encrypted = false;
  address: string | undefined = "10.0.0.1";
  asked = 0;

  get remoteAddress(): string | undefined {
    this.asked++;
    return this.address;
  }
}

class FakeSocketLike {
  get remoteAddress(): string {
    return "10.0.0.4";
  }
}

function requestOn(socket: FakeSocket, more: Partial<NodeRequest> = {}): NodeRequest {
  const request = { httpVersionMajor: 1, headers: {}, socket: socket as unknown as Socket };
  return { ...request, ...more } as NodeRequest;
}

describe("the peer of a connection", () => {
  it("is asked for once, and known when the connection has gone", () => {
    const socket = new FakeSocket();
    expect(directPeerOf(requestOn(socket))).toEqual({ remoteAddress: "10.0.0.1", isSecure: false });
    socket.address = undefined;
    expect(directPeerOf(requestOn(socket)).remoteAddress).toBe("10.0.0.1");
    expect(socket.asked).toBe(1);
  });

  it("is another one on each connection", () => {
    const [one, two] = [new FakeSocket(), new FakeSocket()];
    two.address = "10.0.0.2";
    two.encrypted = true;
    expect(directPeerOf(requestOn(one))).toEqual({ remoteAddress: "10.0.0.1", isSecure: false });
    expect(directPeerOf(requestOn(two))).toEqual({ remoteAddress: "10.0.0.2", isSecure: true });
  });

  it("is asked for with each request of HTTP/2, which has no socket of its own", () => {
    const socket = new FakeSocket();
    for (const address of ["10.0.0.1", "10.0.0.2"]) {
      socket.address = address;
      expect(directPeerOf(requestOn(socket, { httpVersionMajor: 2 })).remoteAddress).toBe(address);
    }
  });

  it("is asked for again where it was not known yet", () => {
    const socket = new FakeSocket();
    socket.address = undefined;
    expect(directPeerOf(requestOn(socket))).toEqual({ isSecure: false });
    socket.address = "10.0.0.3";
    expect(directPeerOf(requestOn(socket)).remoteAddress).toBe("10.0.0.3");
  });

  it("may be another one with each request, where somebody says so of the socket", () => {
    const socket = new FakeSocket();
    expect(directPeerOf(requestOn(socket)).remoteAddress).toBe("10.0.0.1");
    for (const value of ["10.2.2.1", "10.2.2.2"]) {
      Object.defineProperty(socket, "remoteAddress", { value, configurable: true });
      expect(directPeerOf(requestOn(socket)).remoteAddress).toBe(value);
    }
  });

  it("is known of a socket to which nothing can be added", () => {
    const socket = Object.freeze(new FakeSocketLike());
    const request = requestOn(socket as unknown as FakeSocket);
    expect(directPeerOf(request).remoteAddress).toBe("10.0.0.4");
    expect(directPeerOf(request).remoteAddress).toBe("10.0.0.4");
  });

  it("may be another one with each request, where a proxy says who it is", () => {
    const socket = new FakeSocket();
    const from = (address: string): NodeRequest =>
      requestOn(socket, { headers: { "x-forwarded-for": address } });
    expect(forwardedPeerOf(from("10.1.1.1")).remoteAddress).toBe("10.1.1.1");
    expect(forwardedPeerOf(from("10.1.1.2")).remoteAddress).toBe("10.1.1.2");
    expect(forwardedPeerOf(requestOn(socket)).remoteAddress).toBe("10.0.0.1");
  });
});
