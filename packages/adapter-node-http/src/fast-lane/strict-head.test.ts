import { describe, expect, it } from "vitest";
import { beginsWith, strictHeadOf } from "./strict-head.ts";

const LINES = ["Host: a.org", "Content-Type: application/json", "Content-Length: 2"];

function head(first = "POST /comet HTTP/1.1", lines: readonly string[] = LINES): Buffer {
  return Buffer.from(`${[first, ...lines].join("\r\n")}\r\n\r\n[]`, "latin1");
}

function withLine(line: string): Buffer {
  return head(undefined, [...LINES, line]);
}

describe("strictHeadOf", () => {
  it("reads a plain POST", () => {
    const bytes = head("POST /comet/connect?x=1 HTTP/1.1");
    const read = strictHeadOf(bytes)!;
    expect(read.url).toBe("/comet/connect?x=1");
    expect(read.bodyLength).toBe(2);
    expect(Object.entries(read.headers)).toEqual([
      ["host", "a.org"],
      ["content-type", "application/json"],
      ["content-length", "2"],
    ]);
    expect(`${read.text}[]`).toBe(bytes.toString());
  });

  it.each([
    "Connection: keep-alive",
    "connection: Keep-Alive",
    "Cookie: a=b; c=d",
    "Accept: */*",
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64)",
    'X-Odd|Name~: "quoted" {}',
  ])("takes the line %j", (line) => {
    expect(strictHeadOf(withLine(line))).toBeDefined();
  });

  it.each([
    "GET /comet HTTP/1.1",
    "post /comet HTTP/1.1",
    "POST /comet HTTP/1.0",
    "POST /comet HTTP/2.0",
    "POST  /comet HTTP/1.1",
    "POST /comet HTTP/1.1 ",
    " POST /comet HTTP/1.1",
    "\r\nPOST /comet HTTP/1.1",
    "POST /comet\tHTTP/1.1",
    "POST /com%65t HTTP/1.1",
    "POST /comet#x HTTP/1.1",
    "POST http://a.org/comet HTTP/1.1",
    "POST comet HTTP/1.1",
    "POST * HTTP/1.1",
    "POST /com\u00e9t HTTP/1.1",
    "POST /comet\\.. HTTP/1.1",
  ])("leaves the request line %j to others", (first) => {
    expect(strictHeadOf(head(first))).toBeUndefined();
  });

  it.each([
    "Transfer-Encoding: chunked",
    "Transfer-Encoding: identity",
    "Transfer_Encoding : chunked",
    "Transfer-Encoding:chunked",
    "Content-Encoding: gzip",
    "Content-Length: 2",
    "content-length: 3",
    "Host: b.org",
    "TE: trailers",
    "Trailer: X",
    "Expect: 100-continue",
    "Upgrade: h2c",
    "Connection: close",
    "Connection: keep-alive, Upgrade",
    "Connection: Content-Length",
    "Proxy-Connection: keep-alive",
    "HTTP2-Settings: AAMAAABkAAQAAP__",
    "X: a\r\n b",
    "X: a\r\n\tb",
    "X: a\rb",
    "X: a\nY: b",
    "X: a\r\nX: b",
    "X: a\0b",
    "X: a\u007f",
    "X: a\tb",
    "X: \u00fc",
    "X:a",
    "X:  a",
    "X: a ",
    "X:",
    "X: ",
    "X",
    ": a",
    " X: a",
    "X : a",
    "X\0: a",
    "__proto__: a",
    "(X): a",
  ])("leaves a request with the line %j to others", (line) => {
    expect(strictHeadOf(withLine(line))).toBeUndefined();
  });

  it.each(["", "-1", "+2", "2.0", "0x2", "1e1", "02", " 2", "2,2", "9999999999"])(
    "leaves a length of %j to others",
    (length) => {
      const lines = ["Host: a.org", `Content-Length: ${length}`];
      expect(strictHeadOf(head(undefined, lines))).toBeUndefined();
    },
  );

  it("leaves a request without a host, or without a length, to others", () => {
    expect(strictHeadOf(head(undefined, ["Content-Length: 2"]))).toBeUndefined();
    expect(strictHeadOf(head(undefined, ["Host: a.org"]))).toBeUndefined();
  });

  it("leaves a head that is long, or has many lines, to others", () => {
    const lines = Array.from({ length: 62 }, (_, at) => `X${at}: a`);
    expect(strictHeadOf(head(undefined, [...LINES.slice(1), "Host: a", ...lines]))).toBeUndefined();
    expect(strictHeadOf(head(undefined, [...LINES, ...lines.slice(1)]))).toBeDefined();
    expect(strictHeadOf(withLine(`X: ${"a".repeat(8_100)}`))).toBeUndefined();
    expect(strictHeadOf(withLine(`X: ${"a".repeat(8_000)}`))).toBeDefined();
  });

  it("leaves a head to others wherever it is cut", () => {
    const bytes = head().subarray(0, -2);
    for (let end = 0; end < bytes.length; end++) {
      expect(strictHeadOf(bytes.subarray(0, end))).toBeUndefined();
    }
    expect(strictHeadOf(bytes)).toBeDefined();
  });

  it("takes little time for lines that are made to be tried again and again", () => {
    const start = performance.now();
    expect(strictHeadOf(withLine(`X: ${"a ".repeat(3_000)}\u00fc`))).toBeUndefined();
    expect(strictHeadOf(withLine(`${"x".repeat(7_000)}`))).toBeUndefined();
    expect(performance.now() - start).toBeLessThan(500);
  });
});

describe("beginsWith", () => {
  it("is true of the same head only", () => {
    const known = strictHeadOf(head())!;
    expect(beginsWith(head(), known)).toBe(true);
    expect(beginsWith(withLine("X: y"), known)).toBe(false);
    expect(beginsWith(head().subarray(1), known)).toBe(false);
    expect(beginsWith(head().subarray(0, 20), known)).toBe(false);
  });

  it("does not take a byte for another that has the same name in another encoding", () => {
    const known = strictHeadOf(head())!;
    const bytes = head();
    bytes[6] = 0xe3;
    expect(beginsWith(bytes, known)).toBe(false);
  });
});
