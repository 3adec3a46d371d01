import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { post } from "../support/raw-peer.ts";
import { type Fate, TwoServers } from "../support/two-servers.ts";

const SEED = 20_26;
const BODY = JSON.stringify([{ channel: "/a", id: "1" }]);
const PLAIN = post(BODY, { "Content-Type": "application/json", Cookie: "a=b" });
const HIDDEN = post(JSON.stringify({ channel: "/hidden" }));
const CHUNK = `${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`;

const REQUESTS: Readonly<Record<string, string>> = {
  "a plain one": PLAIN,
  "one without a body": post(""),
  "a handshake": post(JSON.stringify({ channel: "/meta/handshake" })),
  "one with characters that are not ASCII": post(JSON.stringify({ channel: "/a", data: "ü€𝄞" })),
  "a form": post(`message=${encodeURIComponent(BODY)}`, {
    "Content-Type": "application/x-www-form-urlencoded",
  }),
  "one that is not JSON": post("{"),
  "one that is not UTF-8": post("\xff"),
  "one in another charset": post(BODY, { "Content-Type": "text/plain;charset=latin1" }),
  "one that is compressed": post(BODY, { "Content-Encoding": "gzip" }),
  "one of another site": post(BODY, { Origin: "https://elsewhere.org" }),
  "one of the same site": post(BODY, { Origin: "http://localhost" }),
  "one that asks before it sends": post(BODY, { Expect: "100-continue" }),
  "one in chunks": post("", { "Transfer-Encoding": "chunked" })
    .replace("Content-Length: 0\r\n", "")
    .concat(CHUNK),
  "one that ends the connection": post(BODY, { Connection: "close" }),
  "one of HTTP/1.0": PLAIN.replace("HTTP/1.1", "HTTP/1.0"),
  "one to elsewhere": PLAIN.replace("/comet", "/cometX"),
  "a GET": "GET /comet HTTP/1.1\r\nHost: localhost\r\n\r\n",
  "an OPTIONS": "OPTIONS /comet HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n\r\n",
  "an upgrade to h2c": post(BODY, { Connection: "Upgrade, HTTP2-Settings", Upgrade: "h2c" }),
};

/** What hides a request in another one, if two parsers on its way do not read it in the same way. */
const SMUGGLED: Readonly<Record<string, string>> = {
  "a length and chunks": post(`0\r\n\r\n${HIDDEN}`, { "Transfer-Encoding": "chunked" }),
  "chunks and a length": post(CHUNK, { "Transfer-Encoding": "chunked", "Content-Length": "4" }),
  "a length beside chunks": post(BODY, { "Transfer-Encoding": "chunked" }) + HIDDEN,
  "chunks with a space before the colon": post(CHUNK, { "Transfer-Encoding ": "chunked" }),
  "chunks in another line of a header": post(CHUNK, { X: "a\r\n Transfer-Encoding: chunked" }),
  "chunks after a carriage return": post(CHUNK, { X: "a\rTransfer-Encoding: chunked" }),
  "chunks after a line feed": post(CHUNK, { X: "a\nTransfer-Encoding: chunked" }),
  "chunks of another name": post(CHUNK, { "Transfer-Encoding": "xchunked" }),
  "chunks after a tab": post(CHUNK, { "Transfer-Encoding": "\tchunked" }),
  "two lengths": post(BODY, { "content-length": "0" }) + HIDDEN,
  "two equal lengths": post(BODY, { "content-length": String(BODY.length) }),
  "a list of lengths": post(BODY, { "Content-Length": `${BODY.length}, 0` }) + HIDDEN,
  "a length with a sign": post(BODY, { "Content-Length": `+${BODY.length}` }) + HIDDEN,
  "a length in hexadecimal": post(BODY, { "Content-Length": "0x1" }) + HIDDEN,
  "a length below zero": post(BODY, { "Content-Length": "-1" }) + HIDDEN,
  "a length beyond all numbers": post(BODY, { "Content-Length": "9".repeat(30) }) + HIDDEN,
  "a length behind zeros": post(BODY, { "Content-Length": `00${BODY.length}` }) + HIDDEN,
  "a length of nothing": post(BODY, { "Content-Length": "" }) + HIDDEN,
  "a length that is too small": post(BODY, { "Content-Length": "3" }) + HIDDEN,
  "a length that is too large": post(BODY, { "Content-Length": "400" }) + HIDDEN,
  "no length": PLAIN.replace(/Content-Length: \d+\r\n/, "") + HIDDEN,
  "line feeds alone": PLAIN.replaceAll("\r\n", "\n") + HIDDEN,
  "an empty line before it": `\r\n${PLAIN}${HIDDEN}`,
  "two hosts": post(BODY, { host: "elsewhere" }) + HIDDEN,
  "no host": PLAIN.replace("Host: localhost\r\n", "") + HIDDEN,
  "a byte of zero": post(BODY, { X: "a\0b" }) + HIDDEN,
  "a whole address": PLAIN.replace("/comet", "http://elsewhere/comet") + HIDDEN,
  "an encoded path": PLAIN.replace("/comet", "/c%6fmet") + HIDDEN,
  "a long head": post(BODY, { X: "a".repeat(20_000) }) + HIDDEN,
  "many headers": post(BODY, Object.fromEntries(range(3_000).map((at) => [`X${at}`, "a"]))),
};

function range(length: number): number[] {
  return Array.from({ length }, (_, at) => at);
}

/** Cuts the bytes at these places. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort(
    (a, b) => a - b,
  );
  return [...ends, bytes.length].map((end, at) => bytes.subarray(ends[at - 1] ?? 0, end));
}

async function expectSame(servers: TwoServers, pieces: readonly Buffer[]): Promise<void> {
  const { plain, fast } = await servers.fatesOf(pieces.filter(({ length }) => length > 0));
  expect(fast.handed).toEqual(plain.handed);
  if (!isBroken(plain) && !isBroken(fast)) expect(fast.received).toBe(plain.received);
  else expect(inCommon(plain, fast)).toBe(true);
}

/** What is written to the socket, past all answers, when what comes is no HTTP or an upgrade that is not wanted. */
const ERROR = /HTTP\/1\.1 4\d\d [\w ]+\r\nConnection: close\r\n.*$/s;

/** Whoever is answered to the end is told that it is the end. */
function isBroken({ received }: Fate): boolean {
  return ERROR.test(received) || !received.includes("\r\nConnection: close\r\n");
}

/**
 * Where something comes right behind a request that is no HTTP, it depends on where node:http happens to be whether it
 * still answers the request, or says only that, or neither.
 */
function inCommon(...fates: readonly [Fate, Fate]): boolean {
  const [one, other] = fates.map(({ received }) => received.replace(ERROR, "")) as [string, string];
  return one.startsWith(other) || other.startsWith(one);
}

describe("with the fast lane, a peer gets the same bytes as without", () => {
  it.each(Object.keys(REQUESTS))("for %s, alone and between others", async (name) => {
    const servers = await TwoServers.start();
    const request = Buffer.from(REQUESTS[name]!, "utf8");
    const plain = Buffer.from(PLAIN);
    await expectSame(servers, [request]);
    await expectSame(servers, [plain, request, plain]);
    await expectSame(servers, [Buffer.concat([plain, request, plain])]);
    await expectSame(servers, cut(Buffer.concat([plain, request]), [plain.length + 30]));
  });

  it.each(Object.keys(SMUGGLED))("for one that hides another by %s", async (name) => {
    const servers = await TwoServers.start();
    const request = Buffer.from(SMUGGLED[name]!, "latin1");
    await expectSame(servers, [request]);
    await expectSame(servers, [Buffer.from(PLAIN), request]);
    await expectSame(servers, [Buffer.concat([Buffer.from(PLAIN), request])]);
  });

  it("wherever what it sends is cut", async () => {
    const servers = await TwoServers.start();
    const bytes = Buffer.from(PLAIN + HIDDEN);
    for (let place = 1; place < bytes.length; place++) {
      await expectSame(servers, cut(bytes, [place]));
    }
  });

  it(`whatever it sends (seed ${SEED})`, { timeout: 120_000 }, async () => {
    const servers = await TwoServers.start();
    const known = fc.constantFrom(...Object.values(REQUESTS), PLAIN, PLAIN, PLAIN);
    const bytes = fc
      .array(known, { minLength: 1, maxLength: 3 })
      .map((requests) => Buffer.from(requests.join(""), "utf8"));
    const odd = fc.constantFrom(
      ...["\r", "\n", "\r\n", " ", "\t", "\0", ":", "0", "9", "a", "%", "\xff", "chunked", ","],
    );
    const change = fc.record({ place: fc.nat(), length: fc.nat({ max: 3 }), put: odd });
    const changed = fc.tuple(bytes, fc.array(change, { maxLength: 2 })).map(([start, changes]) => {
      let text = start.toString("latin1");
      for (const { place, length, put } of changes) {
        const at = place % text.length;
        text = text.slice(0, at) + put + text.slice(at + length);
      }
      return Buffer.from(text, "latin1");
    });
    const property = fc.asyncProperty(changed, fc.array(fc.nat(), { maxLength: 3 }), (sent, at) =>
      expectSame(servers, cut(sent, at)),
    );
    await fc.assert(property, { seed: SEED, numRuns: 500 });
  });
});
