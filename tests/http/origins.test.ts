import { request as httpRequest } from "node:http";
import type { AttachOptions } from "@encke/adapter-node-http";
import { describe, expect, it } from "vitest";
import { FakeComet } from "./support/fake-comet.ts";
import { post, RawPeer } from "./support/raw-peer.ts";
import { serve } from "./support/serve.ts";

const BODY = JSON.stringify({ channel: "/a" });
const APP = "https://app.example.com";

interface Seen {
  readonly status: number | undefined;
  header(name: string): string | undefined;
}

/** As a browser would send it: `fetch` of Node sets no Origin that it is not given, but wants no other Host. */
async function send(
  options: AttachOptions,
  headers: Readonly<Record<string, string>>,
  method = "POST",
): Promise<Seen & { comet: FakeComet }> {
  const comet = new FakeComet();
  const { port } = await serve(comet, options);
  const seen = await new Promise<Seen>((resolve, reject) => {
    const target = { port, host: "127.0.0.1", path: "/comet", method, headers };
    httpRequest(target, (response) => {
      response.resume();
      const header = (name: string): string | undefined => response.headers[name]?.toString();
      response.once("end", () => resolve({ status: response.statusCode, header }));
    })
      .once("error", reject)
      .end(method === "POST" ? BODY : undefined);
  });
  return { ...seen, comet };
}

describe("S7 which pages may use the Comet", () => {
  it.each<[string, AttachOptions, Record<string, string>]>([
    ["no page at all", {}, {}],
    ["the server's own page", {}, { Host: "a.org", Origin: "http://a.org" }],
    ["the same, with a port", {}, { Host: "a.org:8080", Origin: "http://a.org:8080" }],
    ["the same, with the scheme's own port", {}, { Host: "a.org:443", Origin: "https://a.org" }],
    ["the same, in other letters", {}, { Host: "A.org", Origin: "http://a.ORG" }],
    ["its own page behind a proxy that ends TLS", {}, { Host: "a.org", Origin: "https://a.org" }],
    [
      "its own page behind a proxy that changes the host",
      {},
      { Host: "inner", Origin: "https://a.org", "Sec-Fetch-Site": "same-origin" },
    ],
    [
      "its own page behind a proxy that is trusted and tells the host",
      { trustProxy: true },
      { Host: "inner", Origin: "https://a.org", "X-Forwarded-Host": "a.org, b.org" },
    ],
    ["a page in the list", { origins: [APP] }, { Origin: APP }],
    ["its own page beside a list", { origins: [APP] }, { Host: "a.org", Origin: "http://a.org" }],
    ["a page that the function lets in", { origins: (origin) => origin === APP }, { Origin: APP }],
    ["any page where all are let in", { origins: "*" }, { Origin: "http://evil.org" }],
    ["a sandboxed frame that is in the list", { origins: ["null"] }, { Origin: "null" }],
    ["what the user typed", {}, { "Sec-Fetch-Site": "none" }],
  ])("answers %s", async (_name, options, headers) => {
    expect((await send(options, headers)).status).toBe(200);
  });

  it.each<[string, AttachOptions, Record<string, string>]>([
    ["another site", {}, { Host: "a.org", Origin: "http://evil.org" }],
    ["another port", {}, { Host: "a.org:80", Origin: "http://a.org:8080" }],
    ["a subdomain", {}, { Host: "a.org", Origin: "http://x.a.org" }],
    ["a host that begins alike", {}, { Host: "a.org", Origin: "http://a.org.evil.org" }],
    ["a sandboxed frame", {}, { Host: "a.org", Origin: "null" }],
    [
      "what hides its origin",
      {},
      { Host: "a.org", Origin: "null", "Sec-Fetch-Site": "same-origin" },
    ],
    ["a sandboxed frame of a host named null", {}, { Host: "null", Origin: "null" }],
    ["an origin that is none", {}, { Host: "a.org", Origin: "a.org" }],
    ["a page that is not in the list", { origins: [APP] }, { Origin: "https://example.com" }],
    ["a page whose name only begins alike", { origins: [APP] }, { Origin: `${APP}.evil.org` }],
    ["a page in the list in other letters", { origins: [APP] }, { Origin: APP.toUpperCase() }],
    ["a page that the function keeps out", { origins: () => false }, { Origin: APP }],
    [
      "a forged host without a trusted proxy",
      {},
      { Origin: APP, "X-Forwarded-Host": "app.example.com" },
    ],
    ["a script of another site without an origin", {}, { "Sec-Fetch-Site": "cross-site" }],
    ["a script of a neighbour without an origin", {}, { "Sec-Fetch-Site": "same-site" }],
    [
      "a page that was loaded in the clear, by a secure server",
      { peerOf: () => ({ isSecure: true }), fastLane: false },
      { Host: "a.org:80", Origin: "http://a.org" },
    ],
  ])("answers %s with 403 and does not read what it sent", async (_name, options, headers) => {
    const { status, header, comet } = await send(options, headers);
    expect(status).toBe(403);
    expect(header("access-control-allow-origin")).toBeUndefined();
    expect(comet.handed).toEqual([]);
  });

  it("refuses before the body is there", async () => {
    const { port } = await serve(new FakeComet());
    const peer = await RawPeer.connect(port);
    await peer.write(post("", { "Content-Length": "100", Origin: "http://evil.org" }));
    expect((await peer.answer()).status).toBe(403);
  });
});

describe("S7 what browsers are told", () => {
  it("lets a page in the list read the answer, with credentials", async () => {
    const { header } = await send({ origins: [APP, "https://b.org"] }, { Origin: APP });
    expect(header("access-control-allow-origin")).toBe(APP);
    expect(header("access-control-allow-credentials")).toBe("true");
    expect(header("vary")).toBe("Origin");
  });

  it("lets every page read the answer where all are let in, never with credentials", async () => {
    const { header } = await send({ origins: "*" }, { Origin: APP });
    expect(header("access-control-allow-origin")).toBe("*");
    expect(header("access-control-allow-credentials")).toBeUndefined();
  });

  it("says nothing about other origins where there are none", async () => {
    const { header } = await send({}, { Host: "a.org", Origin: "http://a.org" });
    expect(header("access-control-allow-origin")).toBeUndefined();
    expect(header("access-control-allow-credentials")).toBeUndefined();
  });

  it("lets a page in the list read that its request was malformed", async () => {
    const { port } = await serve(new FakeComet(), { origins: [APP] });
    const peer = await RawPeer.connect(port);
    await peer.write(post("{", { Origin: APP }));
    const { status, headers } = await peer.answer();
    expect(status).toBe(400);
    expect(headers.get("access-control-allow-origin")).toBe(APP);
  });

  it("answers a preflight with what may be sent, whatever it asks for", async () => {
    const asked = {
      Origin: APP,
      "Access-Control-Request-Method": "POST",
      "Access-Control-Request-Headers": "content-type, x-evil",
    };
    const options = { origins: [APP], allowedHeaders: ["X-Token"] };
    const { status, header } = await send(options, asked, "OPTIONS");
    expect(status).toBe(204);
    expect(header("access-control-allow-origin")).toBe(APP);
    expect(header("access-control-allow-credentials")).toBe("true");
    expect(header("access-control-allow-methods")).toBe("POST, OPTIONS");
    expect(header("access-control-allow-headers")).toBe(
      "Content-Type, Authorization, Pragma, X-Requested-With, Last-Event-ID, X-Token",
    );
    expect(header("access-control-max-age")).toBe("7200");
  });

  it("answers the preflight of a page that is kept out with 403", async () => {
    const { status, header } = await send(
      { origins: [APP] },
      { Origin: "http://evil.org" },
      "OPTIONS",
    );
    expect(status).toBe(403);
    expect(header("access-control-allow-methods")).toBeUndefined();
  });
});
