import { describe, expect, it } from "vitest";
import { FakeFactory, FakeWorld, settled } from "../../testing/fake-world.ts";
import type { World } from "../../world.ts";
import { CometD } from "../comet-d.ts";
import type { Configuration } from "../configuration.ts";
import type { CometMessage } from "../message.ts";
import { LongPollingTransport } from "./built-in.ts";
import type { Envelope, ForeignTransport } from "./foreign-transport.ts";
import { RequestTransport, type TransportRequest } from "./request-transport.ts";
import { TransportRegistry } from "./transport-registry.ts";

/** Answers as a server, and remembers what it was asked. */
class FakeServer {
  readonly requests: string[] = [];

  answer(messages: readonly CometMessage[]): CometMessage[] {
    return messages.map(({ channel, id }) => ({
      ...{ channel, successful: true, clientId: "c" },
      ...(id !== undefined && { id }),
      supportedConnectionTypes: ["long-polling", "own"],
    }));
  }

  readonly fetch: World["fetch"] = async (url, request) => {
    const { credentials, headers } = request as typeof request & { readonly credentials?: string };
    const messages = JSON.parse(request.body) as CometMessage[];
    this.requests.push(`${url} ${credentials} ${headers["X-Who"]}`);
    // Connects are held for good.
    if (this.requests.length > 2) await new Promise(() => undefined);
    return { ok: true, status: 200, body: null, json: async () => this.answer(messages) };
  };
}

function clientOf(server: FakeServer, configuration: Partial<Configuration>): CometD {
  const cometd = new CometD("test", {
    // Node has a WebSocket of its own from version 22 on.
    world: Object.assign(new FakeWorld(), { fetch: server.fetch, WebSocket: undefined }),
  });
  cometd.configure({ url: "http://server/comet", logLevel: "error", ...configuration });
  return cometd;
}

describe("long polling", () => {
  it("says in the path what a request is, and sends cookies and headers", async () => {
    const server = new FakeServer();
    clientOf(server, { requestHeaders: { "X-Who": "ann" } }).handshake();
    await settled();
    expect(server.requests).toEqual([
      "http://server/comet/handshake include ann",
      ...Array(2).fill("http://server/comet/connect include ann"),
    ]);
  });

  it.each(["http://server/comet?a=b", "http://server/comet.php"])(
    "leaves the path of %s alone",
    async (url) => {
      const server = new FakeServer();
      const cometd = clientOf(server, { url });
      expect(cometd.getConfiguration().appendMessageTypeToURL).toBe(false);
      cometd.handshake();
      await settled();
      expect(server.requests[0]).toBe(`${url} include undefined`);
    },
  );

  it("goes to the address of its own", async () => {
    const server = new FakeServer();
    const cometd = clientOf(server, { urls: { "long-polling": "http://other/comet" } });
    cometd.handshake();
    await settled();
    expect(server.requests[0]).toContain("http://other/comet/handshake");
    expect(cometd.getURL()).toBe("http://other/comet");
    expect(cometd.getTransport()).toBeInstanceOf(LongPollingTransport);
    Object.assign(cometd.getTransport() ?? {}, { url: "http://third/comet" });
    cometd.publish("/a", 1);
    await settled();
    expect(server.requests.at(-1)).toContain("http://third/comet");
  });
});

/** In the manner of cometd.js, with an answer at once. */
class OwnTransport extends RequestTransport {
  readonly kinds: string[] = [];

  transportSend(envelope: Envelope, request: TransportRequest): void {
    const [first] = envelope.messages;
    this.kinds.push(`${first?.channel} ${request.metaConnect}`);
    if (this.kinds.length === 4) throw new Error("broken");
    if (this.kinds.length === 3) {
      this.transportFailure(envelope, request, { reason: "no network" });
    } else if (this.kinds.length < 3)
      this.transportSuccess(envelope, request, new FakeServer().answer(envelope.messages));
  }
}

describe("a transport of the application's own", () => {
  it("may be one that makes requests", async () => {
    const world = new FakeWorld();
    const cometd = new CometD("test", { world });
    const transport = new OwnTransport();
    const reasons: unknown[] = [];
    cometd.unregisterTransports();
    cometd.registerTransport("own", transport);
    cometd.configure({ url: "http://server/comet", logLevel: "error" });
    cometd.addListener("/meta/unsuccessful", ({ failure }) => reasons.push(failure?.reason));
    cometd.handshake();
    await world.pass(10_000);
    expect(transport.kinds.slice(0, 3)).toEqual([
      ...["/meta/handshake false", "/meta/connect true", "/meta/connect true"],
    ]);
    expect(reasons).toEqual(["no network", "Error: broken"]);
    cometd.disconnect();
  });

  it("may be anything that sends envelopes", async () => {
    const cometd = new CometD("test", { world: new FakeWorld() });
    const calls: string[] = [];
    const transport: ForeignTransport = {
      accept: () => true,
      registered: (type) => calls.push(`registered ${type}`),
      unregistered: () => calls.push("unregistered"),
      reset: () => calls.push("reset"),
      abort: () => calls.push("abort"),
      send({ url, messages, onSuccess, onFailure }, metaConnect) {
        calls.push(`${url} ${messages[0]?.channel} ${metaConnect}`);
        if (metaConnect) onFailure(undefined, messages, { reason: "cut" });
        else onSuccess(new FakeServer().answer(messages));
      },
    };
    cometd.unregisterTransports();
    cometd.registerTransport("own", transport);
    cometd.configure({ url: "http://server/comet", logLevel: "error" });
    cometd.addListener("/meta/connect", ({ failure }) => calls.push(`${failure?.reason}`));
    cometd.handshake();
    await settled();
    cometd.disconnect();
    await settled();
    cometd.unregisterTransport("own");
    expect(calls).toEqual([
      ...["registered own", "reset", "http://server/comet /meta/handshake false"],
      ...["http://server/comet /meta/connect true", "cut"],
      ...["http://server/comet /meta/disconnect false", "abort", "unregistered"],
    ]);
  });
});

describe("a transport that answers too late", () => {
  it("is not heard", async () => {
    const cometd = new CometD("test", { world: new FakeWorld() });
    const envelopes: Envelope[] = [];
    const received: unknown[] = [];
    cometd.unregisterTransports();
    cometd.registerTransport("own", {
      accept: () => true,
      send: (envelope) => void envelopes.push(envelope),
    });
    cometd.configure({ url: "http://server/comet", logLevel: "error" });
    cometd.addListener("/a", ({ data }) => received.push(data));
    cometd.handshake();
    await settled();
    cometd.disconnect();
    await settled();
    expect(envelopes).toHaveLength(1);
    envelopes[0]?.onSuccess([{ channel: "/a", data: 1 }]);
    expect(received).toEqual([]);
  });
});

describe("the registry of transports", () => {
  it("has them by their types, the preferred ones first", () => {
    const registry = new TransportRegistry();
    const factory = new FakeFactory();
    const never: ForeignTransport = { accept: () => false, send: () => undefined };
    expect(registry.add("a", factory)).toBe(true);
    expect(registry.add("a", never)).toBe(false);
    expect(registry.add("b", never, 0)).toBe(true);
    expect(registry.getTransportTypes()).toEqual(["b", "a"]);
    expect(registry.findTransportTypes("1.0", false, "")).toEqual(["a"]);
    expect(registry.negotiateTransport(["b", "a"], "1.0", false, "")).toBe(factory);
    expect(registry.negotiateTransport(["b"], "1.0", false, "")).toBeNull();
    expect(registry.remove("a")).toBe(factory);
    expect(registry.find("a")).toBeNull();
  });

  it("has to have one for a handshake", () => {
    const cometd = new CometD("test", { world: new FakeWorld() });
    expect(() => cometd.configure({ url: "" })).toThrow("url");
    cometd.configure("http://server/comet");
    cometd.unregisterTransports();
    expect(() => cometd.handshake()).toThrow("Could not find initial transport");
  });
});
