import { attachComet } from "@encke/adapter-node-http";
import { describe, expect, it } from "vitest";
import { answer, FakeComet, hold } from "./support/fake-comet.ts";
import { answerTo, H2Peer } from "./support/h2-peer.ts";
import { listen, SERVERS } from "./support/serve.ts";
import { until } from "./support/until.ts";

const BODY = JSON.stringify({ channel: "/a" });

describe("HTTP/2", () => {
  it("H8 answers without a Connection header, while closing, too", async () => {
    const comet = new FakeComet();
    comet.isClosing = true;
    const server = SERVERS["HTTP/2"]();
    attachComet(server, comet);
    const warnings: string[] = [];
    const warn = (warning: Error): number => warnings.push(warning.message);
    process.on("warning", warn);
    const { status, headers, body } = await answerTo(new H2Peer(await listen(server)).post(BODY));
    process.off("warning", warn);
    expect(status).toBe(200);
    expect(JSON.parse(body)).toEqual([{ channel: "/a", successful: true }]);
    expect(headers.connection).toBeUndefined();
    expect(warnings).toEqual([]);
  });

  it("H8 takes the host from :authority", async () => {
    const server = SERVERS["HTTP/2"]();
    attachComet(server, new FakeComet());
    const port = await listen(server);
    const peer = new H2Peer(port);
    const own = await answerTo(peer.post(BODY, { origin: `http://127.0.0.1:${port}` }));
    expect(own.status).toBe(200);
    const foreign = await answerTo(peer.post(BODY, { origin: "http://elsewhere" }));
    expect(foreign.status).toBe(403);
  });

  it("S2 answers a body over the limit with 413 and serves the connection on", async () => {
    const server = SERVERS["HTTP/2"]();
    attachComet(server, new FakeComet());
    const peer = new H2Peer(await listen(server));
    expect((await answerTo(peer.post("x".repeat(5_000_000)))).status).toBe(413);
    expect((await answerTo(peer.post(BODY))).status).toBe(200);
  });

  it("S4 answers a body that does not come in time with 408 and lets go of the stream", async () => {
    const server = SERVERS["HTTP/2"]();
    attachComet(server, new FakeComet(), { bodyTimeout: 50 });
    const peer = new H2Peer(await listen(server));
    const stream = peer.session.request({ ":method": "POST", ":path": "/comet" });
    stream.on("error", () => undefined);
    stream.write("{");
    expect((await answerTo(stream)).status).toBe(408);
    await until(() => stream.closed);
  });

  it("answers 404 when nobody else listens", async () => {
    const server = SERVERS["HTTP/2"]();
    attachComet(server, new FakeComet());
    const peer = new H2Peer(await listen(server));
    const stream = peer.post("", { ":path": "/other" });
    expect((await answerTo(stream)).status).toBe(404);
  });

  it("answers over TLS, and says so", async () => {
    const comet = new FakeComet();
    const server = SERVERS["HTTP/2 over TLS"]();
    attachComet(server, comet);
    const peer = new H2Peer(await listen(server), "https");
    expect((await answerTo(peer.post(BODY))).status).toBe(200);
    const { isSecure, remoteAddress, url } = comet.handed[0]!.context;
    expect({ isSecure, remoteAddress, url }).toEqual({
      isSecure: true,
      remoteAddress: "127.0.0.1",
      url: "/comet",
    });
  });

  it("H3 outlives server.timeout over HTTP/2", async () => {
    const comet = new FakeComet();
    comet.handle = hold;
    const server = SERVERS["HTTP/2"]();
    server.setTimeout(60);
    attachComet(server, comet);
    const port = await listen(server);
    const stream = new H2Peer(port).post(BODY);
    const exchange = await comet.exchange();
    const idle = new H2Peer(port);
    await until(() => idle.session.closed || idle.session.destroyed);
    expect(exchange.isAbandoned).toBe(false);
    answer(exchange, [1]);
    expect((await answerTo(stream)).body).toBe("[1]");
  });
});
