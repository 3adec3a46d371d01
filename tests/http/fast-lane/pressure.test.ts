import { createServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { CERTIFICATE } from "../support/certificate.ts";
import { answer } from "../support/fake-comet.ts";
import { BODY, served } from "../support/fast-lane.ts";
import { post, RawPeer } from "../support/raw-peer.ts";
import { until } from "../support/until.ts";

const BYTES = 20_000_000;
const UPLOAD = `POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: ${BYTES}\r\n\r\n${"x".repeat(BYTES)}`;
/** What node and the system may hold of something that nobody reads. */
const FEW = 2_000_000;

/** How much is read of what the peer sends, when no more is. */
async function bytesReadBy(socket: Socket): Promise<number> {
  for (let before = -1; before !== socket.bytesRead; ) {
    before = socket.bytesRead;
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  return socket.bytesRead;
}

describe("what nobody reads, on a connection that the fast lane has left,", () => {
  it.each([
    ["at once", false],
    ["behind a held request", true],
  ])("is not read from the network %s", async (_, isBehind) => {
    const server = createServer(() => undefined);
    const { comet, port } = await served({}, server);
    comet.holdAll();
    const accepted = new Promise<Socket>((resolve) => server.once("connection", resolve));
    const peer = await RawPeer.connect(port);
    const socket = await accepted;
    if (isBehind) await peer.write(post(BODY));
    const asked = new Promise((resolve) => server.once("request", resolve));
    void peer.write(UPLOAD);
    if (isBehind) answer(await comet.exchange(), [1]);
    await asked;
    expect(await bytesReadBy(socket)).toBeLessThan(FEW);
  });

  it("is not read over TLS, either", async () => {
    const server = createHttpsServer(CERTIFICATE, () => undefined);
    const { port } = await served({}, server as never);
    const accepted = new Promise<Socket>((resolve) => server.once("secureConnection", resolve));
    const peer = connectTls({ port, host: "127.0.0.1", rejectUnauthorized: false });
    peer.on("error", () => undefined);
    onTestFinished(() => void peer.destroy());
    peer.write(UPLOAD);
    expect(await bytesReadBy(await accepted)).toBeLessThan(FEW);
  });
});

describe("what comes behind a last answer by the fast lane", () => {
  it("is neither kept nor handled, and the answer arrives", async () => {
    const { comet, server, port } = await served();
    comet.isClosing = true;
    comet.handle = (exchange) => answer(exchange, ["x".repeat(BYTES)]);
    const accepted = new Promise<Socket>((resolve) => server.once("connection", resolve));
    const peer = connect(port, "127.0.0.1");
    onTestFinished(() => void peer.destroy());
    const socket = await accepted;
    peer.pause();
    peer.write(post(BODY).repeat(2));
    await comet.exchange();
    peer.write(post(BODY));
    await until(() => socket.bytesRead === post(BODY).length * 3);
    const concat = vi.spyOn(Buffer, "concat");
    onTestFinished(() => concat.mockRestore());
    await new Promise((resolve) => peer.write(post(BODY).repeat(3) + "x".repeat(BYTES), resolve));
    await until(() => socket.bytesRead > BYTES);
    expect(concat).not.toHaveBeenCalled();
    expect(socket.readableLength).toBe(0);
    expect(comet.handed).toHaveLength(1);
    let length = 0;
    for await (const chunk of peer) length += (chunk as Buffer).length;
    expect(length).toBeGreaterThan(BYTES);
    expect(socket.destroyed).toBe(true);
  });
});
