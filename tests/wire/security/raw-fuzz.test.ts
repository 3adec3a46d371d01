import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RawPeer } from "../../http/support/raw-peer.ts";
import { until } from "../../http/support/until.ts";
import { LONG_POLLING, WEB_SOCKET } from "../support/transports.ts";
import { Wire } from "../support/wire.ts";

const SEED = 20_260_102;
const RUNS = 150;

const UPGRADE =
  "GET /comet HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
  "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";

const METHODS = ["GET", "POST", "OPTIONS", "HEAD", "PUT", "DELETE", "PATCH", "TRACE"];
const TARGETS = [
  "//",
  "///comet",
  "*",
  "/comet?",
  "/comet?%",
  "/comet/%ff%00",
  "/comet/../comet",
  "/comet;x",
  "/comet#",
  "http://",
  "http://[/comet",
  "http://elsewhere.example/comet",
  "/comet?message=%&jsonp=%",
  "/__proto__",
  "?",
];

/** Bytes that begin like a frame of WebSocket, and go on as they like. */
const frame = fc
  .tuple(fc.nat(255), fc.nat(255), fc.uint8Array({ maxLength: 40 }))
  .map(([first, second, rest]) => Buffer.from([first, second, ...rest]));

describe("hostile bytes", () => {
  it.each(METHODS)(
    "S1 in the target of a %s are answered, and nobody else notices",
    async (method) => {
      const wire = await Wire.open(LONG_POLLING, {}, { callbackPolling: true });
      const healthy = await wire.subscriber("/healthy");
      for (const target of TARGETS) {
        const peer = await RawPeer.connect(wire.port);
        await peer.write(`${method} ${target} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n[]`);
        const { status } = await answerTo(peer, method);
        expect(status, `${method} ${target}`).toBeGreaterThanOrEqual(200);
        expect(status, `${method} ${target}`).toBeLessThan(500);
      }
      await wire.comet.publish("/healthy", "still there");
      expect(await healthy.receive(1)).toEqual(["still there"]);
    },
  );

  it.each([
    ["Host", ""],
    ["Host", "[::"],
    ["Cookie", "BAYEUX_BROWSER; =; BAYEUX_BROWSER==;;\u0001"],
    ["Cookie", `BAYEUX_BROWSER=${"a".repeat(5_000)}`],
    ["Cookie", "__proto__=x; constructor=y"],
    ["Origin", "null"],
    ["Origin", "://"],
    ["Origin", "https://[::"],
    ["Content-Type", ";;;charset=;="],
    ["Content-Type", "application/json; charset=\u00ff"],
    ["Content-Encoding", "gzip, br"],
    ["Referer", "\u00ff"],
    ["X-Forwarded-For", ",,,"],
    ["X-Forwarded-Host", ","],
    ["Sec-Fetch-Site", "\u00ff"],
  ])("S1 in the header %s: %j are answered", async (name, value) => {
    const wire = await Wire.open(LONG_POLLING, {}, { trustProxy: true, callbackPolling: true });
    for (const start of ["POST /comet", "GET /comet?message=%5B%5D", "OPTIONS /comet"]) {
      const peer = await RawPeer.connect(wire.port);
      const host = name === "Host" ? "" : "Host: a\r\n";
      const head = `${start} HTTP/1.1\r\n${host}${name}: ${value}\r\nContent-Length: 2\r\n\r\n[]`;
      await peer.write(Buffer.from(head, "latin1"));
      const { status } = await peer.answer();
      expect(status).toBeLessThan(500);
    }
    const handshake = await wire.page();
    expect((await handshake.handshake()).successful).toBe(true);
  });

  it("S1 on a WebSocket close it or are waited for, and nobody else notices", async () => {
    const errors: string[] = [];
    const wire = await Wire.open(WEB_SOCKET, {
      log: (level, text) => level === "error" && errors.push(text),
    });
    const healthy = await wire.subscriber("/healthy");
    const property = fc.asyncProperty(fc.array(frame, { maxLength: 5 }), async (frames) => {
      const peer = await RawPeer.connect(wire.port);
      await peer.write(UPGRADE);
      expect((await peer.answer()).status).toBe(101);
      await peer.write(Buffer.concat(frames));
      const count = healthy.deliveries.length + 1;
      await wire.comet.publish("/healthy", count);
      await healthy.receive(count);
      peer.socket.destroy();
    });
    await fc.assert(property, { seed: SEED, numRuns: RUNS, endOnFailure: true });
    expect(errors).toEqual([]);
  });

  it("S1 in place of a request are answered with an error or with silence, and nobody else notices", async () => {
    const wire = await Wire.open(LONG_POLLING);
    const healthy = await wire.subscriber("/healthy");
    const heads = fc.constantFrom("", "POST /comet HTTP/1.1\r\n", UPGRADE.slice(0, -2));
    const property = fc.asyncProperty(heads, fc.uint8Array(), async (head, bytes) => {
      const peer = await RawPeer.connect(wire.port);
      await peer.write(Buffer.concat([Buffer.from(head), bytes, Buffer.from("\r\n\r\n")]));
      const count = healthy.deliveries.length + 1;
      await wire.comet.publish("/healthy", count);
      await healthy.receive(count);
      peer.socket.destroy();
    });
    await fc.assert(property, { seed: SEED, numRuns: RUNS, endOnFailure: true });
  });
});

/** The answer to a HEAD names a length and has no body. */
async function answerTo(peer: RawPeer, method: string): Promise<{ status: number }> {
  if (method !== "HEAD") return await peer.answer();
  let received = "";
  peer.socket.on("data", (chunk) => {
    received += String(chunk);
  });
  await until(() => received.includes("\r\n\r\n"));
  return { status: Number(received.split(" ")[1]) };
}
