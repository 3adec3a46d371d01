import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { soon } from "../clients/soon.ts";
import { FaultyProxy } from "./faulty-proxy.ts";

/** A server that answers each piece with the same in capitals, behind a proxy. */
async function shout(): Promise<{ readonly proxy: FaultyProxy; readonly heard: string[] }> {
  const heard: string[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => undefined).on("end", () => socket.end("BYE"));
    socket.on("data", (piece) => {
      heard.push(String(piece));
      socket.write(String(piece).toUpperCase());
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { proxy: await FaultyProxy.before(`http://127.0.0.1:${port}`), heard };
}

/** A connection of which everything is kept. */
class Peer {
  readonly socket: Socket;
  text = "";
  /** How it ended: the code of an error, or `end`. */
  end: string | undefined;

  constructor({ port }: FaultyProxy) {
    this.socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    this.socket.on("data", (piece) => {
      this.text += piece;
    });
    this.socket.on("error", (error: NodeJS.ErrnoException) => {
      this.end = error.code;
    });
    this.socket.on("end", () => {
      this.end ??= "end";
    });
    onTestFinished(() => void this.socket.destroy());
  }
}

async function heard(proxy: FaultyProxy, said: string): Promise<Peer> {
  const peer = new Peer(proxy);
  peer.socket.write(said);
  await soon(() => peer.text).toBe(said.toUpperCase());
  return peer;
}

it("passes everything on in both directions, ends included", async () => {
  const { proxy } = await shout();
  const peer = await heard(proxy, "hello");
  peer.socket.end();
  await soon(() => peer.end).toBe("end");
  expect(peer.text).toBe("HELLOBYE");
  await soon(() => proxy.open).toBe(0);
  expect(proxy.made).toBe(1);
});

it("refuses, leaves alone what there is, and comes back to the same port", async () => {
  const { proxy } = await shout();
  const old = await heard(proxy, "a");
  await proxy.become("refuse");
  const refused = new Peer(proxy);
  await soon(() => refused.end).toBe("ECONNREFUSED");
  old.socket.write("b");
  await soon(() => old.text).toBe("AB");
  await proxy.become("pass");
  await heard(proxy, "c");
});

it("resets what is new", async () => {
  const { proxy } = await shout();
  await proxy.become("reset");
  const peer = new Peer(proxy);
  await soon(() => peer.end).toBe("ECONNRESET");
  expect(proxy.made).toBe(1);
});

it("hangs: what is new is accepted and never served, what there was goes on", async () => {
  const { proxy, heard: served } = await shout();
  const old = await heard(proxy, "a");
  await proxy.become("hang");
  const hung = new Peer(proxy);
  hung.socket.write("b");
  await soon(() => proxy.open).toBe(2);
  old.socket.write("c");
  await soon(() => old.text).toBe("AC");
  await proxy.become("pass");
  await heard(proxy, "d");
  expect(served).toEqual(["a", "c", "d"]);
  expect(hung.end).toBeUndefined();
});

it("swallows everything in a black hole, and lets it through when that is over", async () => {
  const { proxy, heard: served } = await shout();
  const peer = await heard(proxy, "a");
  const gone = await heard(proxy, "x");
  await proxy.become("black-hole");
  peer.socket.write("b");
  gone.socket.destroy();
  const other = new Peer(proxy);
  other.socket.write("c");
  await soon(() => proxy.open).toBe(3);
  expect(served).toEqual(["a", "x"]);
  await proxy.become("pass");
  await soon(() => peer.text).toBe("AB");
  await soon(() => other.text).toBe("C");
  await soon(() => proxy.open).toBe(2);
});

it("passes so many bytes at a time when it is slow", async () => {
  const { proxy, heard: served } = await shout();
  await proxy.become({ bytes: 2, every: 5 });
  const peer = await heard(proxy, "hello");
  expect(served.length).toBeGreaterThan(1);
  await proxy.become("pass");
  peer.socket.write("!");
  await soon(() => peer.text).toBe("HELLO!");
});

it("cuts in the piece that has the marker, and only there", async () => {
  const { proxy } = await shout();
  proxy.cutNext("MARK", (length) => length - 2);
  const other = await heard(proxy, "other");
  const peer = new Peer(proxy);
  peer.socket.write("a mark");
  await soon(() => peer.end).toBe("end");
  expect(peer.text).toBe("A MA");
  expect(proxy.isToCut).toBe(false);
  other.socket.write("a mark");
  await soon(() => other.text).toBe("OTHERA MARK");
});

it("breaks all connections at once, or after so many bytes", async () => {
  const { proxy } = await shout();
  const peer = await heard(proxy, "a");
  proxy.breakAll(3);
  peer.socket.write("bcdef");
  await soon(() => peer.end).toBe("end");
  expect(peer.text).toBe("ABCD");
  const other = await heard(proxy, "a");
  proxy.breakAll();
  await soon(() => other.end).toBeDefined();
});

it("closes one half, and still takes what is said", async () => {
  const { proxy, heard: served } = await shout();
  const peer = await heard(proxy, "a");
  proxy.halfCloseAll();
  await soon(() => peer.end).toBe("end");
  peer.socket.write("b");
  await soon(() => served).toEqual(["a", "b"]);
});
