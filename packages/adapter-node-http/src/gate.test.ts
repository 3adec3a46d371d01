import { EventEmitter } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Duplex } from "node:stream";
import { describe, expect, it, vi } from "vitest";
import { Gate, type GateOptions } from "./gate.ts";

const PAGE = "https://app.example.com";

/** A server, its listeners and a keeper, all driven by hand. */
function setUp(options: GateOptions = {}) {
  const server = new EventEmitter();
  const keeper = { request: vi.fn(), upgrade: vi.fn(), failed: vi.fn() };
  const others = { request: vi.fn(), upgrade: vi.fn() };
  const gate = new Gate({ path: "/door", ...options });
  const close = gate.open(server, keeper);
  server.on("request", others.request);
  server.on("upgrade", others.upgrade);
  return { server, keeper, others, gate, close };
}

function requestFor(url: string, more: { method?: string; origin?: string } = {}): IncomingMessage {
  const { method = "GET", origin } = more;
  const headers = { host: "localhost", ...(origin !== undefined && { origin }) };
  const socket = { remoteAddress: "127.0.0.1" };
  return { url, method, headers, socket } as unknown as IncomingMessage;
}

function response() {
  const headers: Record<string, string> = {};
  const answer = {
    status: 0,
    headers,
    headersSent: false,
    setHeader: (name: string, value: string) => Object.assign(headers, { [name]: value }),
    writeHead(status: number) {
      Object.assign(answer, { status, headersSent: true });
      return answer;
    },
    end: vi.fn(),
  };
  return answer;
}

function socket() {
  const said: string[] = [];
  const duplex = new Duplex({
    read: () => undefined,
    write(chunk, _encoding, done) {
      said.push(String(chunk));
      done();
    },
  });
  return { said, duplex };
}

describe("a gate", () => {
  it("gives its keeper what comes for the path, and leaves the rest to others", () => {
    const { server, keeper, others } = setUp();
    const [own, other] = [requestFor("/door?a=1"), requestFor("/door/way")];
    server.emit("request", own, response());
    server.emit("request", other, response());
    expect(keeper.request.mock.calls.map(([request]) => request)).toEqual([own]);
    expect(others.request.mock.calls.map(([request]) => request)).toEqual([other]);
  });

  it("does the same with upgrades, and hands over what came with them", () => {
    const { server, keeper, others } = setUp();
    const [own, other, head] = [requestFor("/door/"), requestFor("/"), Buffer.from("head")];
    const { duplex } = socket();
    server.emit("upgrade", own, duplex, head);
    server.emit("upgrade", other, duplex, head);
    expect(keeper.upgrade.mock.calls).toEqual([[own, duplex, head]]);
    expect(others.upgrade).toHaveBeenCalledTimes(1);
  });

  it("lets no page of another origin in", () => {
    const { server, keeper } = setUp();
    const answer = response();
    const { said, duplex } = socket();
    server.emit("request", requestFor("/door", { origin: PAGE }), answer);
    server.emit("upgrade", requestFor("/door", { origin: PAGE }), duplex, Buffer.alloc(0));
    expect(answer.status).toBe(403);
    expect(said[0]).toMatch(/^HTTP\/1.1 403 /);
    expect(keeper.request).not.toHaveBeenCalled();
    expect(keeper.upgrade).not.toHaveBeenCalled();
  });

  it("puts the headers on the answer that let a page of an allowed origin read it", () => {
    const { server, keeper } = setUp({ origins: [PAGE] });
    const answer = response();
    server.emit("request", requestFor("/door", { origin: PAGE }), answer);
    expect(keeper.request).toHaveBeenCalledTimes(1);
    expect(answer.headers).toEqual({
      Vary: "Origin",
      "Access-Control-Allow-Origin": PAGE,
      "Access-Control-Allow-Credentials": "true",
    });
  });

  it("answers preflight requests by itself", () => {
    const { server, keeper } = setUp({ origins: [PAGE], allowedHeaders: ["X-Tenant"] });
    const answer = response();
    server.emit("request", requestFor("/door", { method: "OPTIONS", origin: PAGE }), answer);
    expect(answer.status).toBe(204);
    expect(answer.headers["Access-Control-Allow-Methods"]).toBe("GET, POST, OPTIONS");
    expect(answer.headers["Access-Control-Allow-Headers"]).toContain("X-Tenant");
    expect(keeper.request).not.toHaveBeenCalled();
  });

  it("answers 500 for a keeper or an option that throws, and tells the keeper", () => {
    const broken = new Error("broken");
    const origins = (): boolean => {
      throw broken;
    };
    const { server, keeper } = setUp({ origins });
    const answer = response();
    const { said, duplex } = socket();
    server.emit("request", requestFor("/door", { origin: PAGE }), answer);
    server.emit("upgrade", requestFor("/door", { origin: PAGE }), duplex, Buffer.alloc(0));
    expect(answer.status).toBe(500);
    expect(said[0]).toMatch(/^HTTP\/1.1 500 /);
    expect(keeper.failed.mock.calls).toEqual([[broken], [broken]]);
  });

  it("adds nothing to an answer that its keeper had begun when it threw", () => {
    const { server, keeper } = setUp();
    const answer = response();
    keeper.request.mockImplementation((_: IncomingMessage, begun: ServerResponse) => {
      begun.writeHead(200);
      throw new Error("broken");
    });
    server.emit("request", requestFor("/door"), answer);
    expect(answer.status).toBe(200);
    expect(answer.end).not.toHaveBeenCalled();
  });

  it("leaves the server as it was when it is closed", () => {
    const { server, keeper, others, close } = setUp();
    close();
    server.emit("request", requestFor("/door"), response());
    server.emit("upgrade", requestFor("/door"), socket().duplex, Buffer.alloc(0));
    expect(keeper.request).not.toHaveBeenCalled();
    expect(keeper.upgrade).not.toHaveBeenCalled();
    expect(others.request).toHaveBeenCalledTimes(1);
    expect(others.upgrade).toHaveBeenCalledTimes(1);
    expect(server.listenerCount("request")).toBe(1);
    expect(server.listenerCount("upgrade")).toBe(1);
  });

  it("says who the peer is, and gives a browser one identity for all it does", () => {
    const { gate } = setUp();
    const context = gate.contextOf(requestFor("/door?a=1"), "smoke");
    expect(context).toMatchObject({
      transport: "smoke",
      url: "/door?a=1",
      remoteAddress: "127.0.0.1",
      isSecure: false,
    });
    expect(gate.cookieFor(context)).toContain(`=${context.browser?.offered};`);
    expect(gate.cookieFor(context)).toContain("HttpOnly");
  });

  it("sets no cookie where there is to be none", () => {
    const { gate } = setUp({ cookie: false });
    expect(gate.cookieFor(gate.contextOf(requestFor("/door"), "smoke"))).toBeUndefined();
  });

  it("takes no option that there is not", () => {
    expect(() => new Gate({ path: "door" })).toThrow(
      expect.objectContaining({ code: "options_invalid" }),
    );
  });
});
