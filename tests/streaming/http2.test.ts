import type { ClientHttp2Session, ClientHttp2Stream } from "node:http2";
import { attachComet } from "@encke/adapter-node-http";
import type { Comet, IClient } from "@encke/core";
import { describe, expect, it } from "vitest";
import { H2Peer } from "../http/support/h2-peer.ts";
import { listen, SERVERS } from "../http/support/serve.ts";
import { until } from "../http/support/until.ts";
import { Talker } from "../support/talker.ts";
import { quietComet } from "../websocket/support/serve-sockets.ts";

const TEXT = "x".repeat(10_000);

async function subscriber(comet: Comet, channel: string): Promise<IClient> {
  const client = await comet.createClient();
  await comet.subscribe(client.id, channel);
  await new Talker(comet).handshake({ ext: { clientToken: client.id } }).handled;
  return client;
}

/** Opens a stream of events of the client. */
function eventsOf(session: ClientHttp2Session, { id }: IClient): ClientHttp2Stream {
  const stream = session.request({ ":path": `/comet/${id}`, accept: "text/event-stream" });
  stream.on("error", () => undefined);
  stream.setEncoding("utf8");
  return stream;
}

describe.each(["HTTP/2", "HTTP/2 over TLS"] as const)("streams of events over %s", (name) => {
  it("S5 share a connection, and one that is not read does not keep back another", async () => {
    const comet = quietComet();
    const server = SERVERS[name]();
    attachComet(server, comet, { writeTimeout: 300 });
    const peer = new H2Peer(await listen(server), name === "HTTP/2" ? "http" : "https");
    const [stalled, live] = [await subscriber(comet, "/flood"), await subscriber(comet, "/a")];
    const unread = eventsOf(peer.session, stalled);
    const read = eventsOf(peer.session, live);
    let text = "";
    read.on("data", (chunk: string) => {
      text += chunk;
    });
    await until(() => stalled.isHeld && live.isHeld);
    while (stalled.waiting === 0) {
      await comet.publish("/flood", TEXT);
      await new Promise(setImmediate);
    }
    await comet.publish("/a", "in time");
    await until(() => text.includes("in time"));
    // Nothing of it is read, so it is broken off in the end, and nothing else of its connection.
    await until(() => unread.destroyed && !stalled.isHeld);
    expect(stalled.isAlive).toBe(true);
    expect(live.isHeld).toBe(true);
    await comet.publish("/a", "after that");
    await until(() => text.includes("after that"));
  });

  it("B70 H8 end when the Comet is closed, without a Connection header", async () => {
    const comet = quietComet();
    const server = SERVERS[name]();
    attachComet(server, comet);
    const peer = new H2Peer(await listen(server), name === "HTTP/2" ? "http" : "https");
    const stream = eventsOf(peer.session, await subscriber(comet, "/a"));
    const [headers] = await new Promise<[Record<string, unknown>]>((resolve) =>
      stream.once("response", (answer) => resolve([answer])),
    );
    let text = "";
    stream.on("data", (chunk: string) => {
      text += chunk;
    });
    await comet.close();
    await until(() => stream.closed);
    expect(headers.connection).toBeUndefined();
    expect(text).toMatch(/retry: \d+\ndata: .*"reconnect":"retry"/);
  });
});
