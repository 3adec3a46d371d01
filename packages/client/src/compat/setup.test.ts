import { afterEach, describe, expect, it, vi } from "vitest";
import { CompatStage } from "../testing/compat-stage.ts";
import { settled } from "../testing/fake-world.ts";
import { CONNECT, SUBSCRIBE } from "../testing/stage.ts";
import { CometD } from "./comet-d.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

describe("the configuration", () => {
  it("is put on top of what was there, and given away as a copy", () => {
    const { cometd } = new CompatStage({ maxNetworkDelay: 5 });
    cometd.configure({ url: "http://other/comet", requestHeaders: { a: "b" } });
    const copy = cometd.getConfiguration();
    expect(copy).toMatchObject({
      url: "http://other/comet",
      maxNetworkDelay: 5,
      maxBackoff: 60_000,
    });
    copy.requestHeaders.a = "c";
    expect(cometd.getConfiguration().requestHeaders).toEqual({ a: "b" });
    cometd.configure("http://third/comet");
    expect([cometd.getURL(), cometd.getName()]).toEqual(["http://third/comet", "test"]);
  });

  it("is given with the handshake, too", async () => {
    const at = new CompatStage();
    at.cometd.init({ url: "http://other/comet", logLevel: "error" }, { user: "ann" });
    await settled();
    expect(at.wire.host.url).toBe("http://other/comet");
    expect(at.wire.sent[0]).toMatchObject({ user: "ann" });
  });

  it("has advice, on which the server has the last word", async () => {
    const at = new CompatStage({ advice: { timeout: 7, interval: 1 } });
    at.cometd.handshake();
    expect(at.cometd.getAdvice()).toEqual({ timeout: 7, interval: 1 });
    await at.welcome({ advice: { timeout: 9, reconnect: "retry" } });
    expect(at.cometd.getAdvice()).toEqual({ timeout: 9, interval: 1, reconnect: "retry" });
  });
});

describe("waits after failures", () => {
  it("can be looked at and changed", () => {
    const { cometd } = new CompatStage({ maxBackoff: 250 });
    cometd.setBackoffIncrement(100);
    expect([cometd.getBackoffIncrement(), cometd.getBackoffPeriod()]).toEqual([100, 0]);
    const periods = [1, 2, 3].map(() => cometd.increaseBackoffPeriod());
    expect([periods, cometd.getBackoffPeriod()]).toEqual([[100, 200, 250], 250]);
    cometd.resetBackoffPeriod();
    expect(cometd.getBackoffPeriod()).toBe(0);
  });
});

describe("timers", () => {
  it("run once, unless they are cleared", async () => {
    const { cometd, world, told } = new CompatStage();
    cometd.setTimeout(() => told.push("one"), 10);
    cometd.clearTimeout(cometd.setTimeout(() => told.push("two"), 10));
    cometd.setTimeout(() => {
      throw new Error("oops");
    }, 10);
    cometd.setTimeout(() => told.push("three"), 10);
    await world.pass(20);
    expect(told).toEqual(["one", "three"]);
    expect(world.timers).toBe(0);
  });
});

describe("the log", () => {
  it("has what its level lets through", () => {
    const debug = vi.spyOn(console, "debug").mockReturnValue();
    const info = vi.spyOn(console, "info").mockReturnValue();
    const warn = vi.spyOn(console, "warn").mockReturnValue();
    const cometd = new CometD();
    for (const level of ["debug", "warn"] as const) {
      cometd.setLogLevel(level);
      cometd._debug("a", 1);
      cometd._info("b");
      cometd._warn("c");
    }
    expect(debug.mock.calls).toEqual([["a", 1]]);
    expect(info.mock.calls).toEqual([["b"]]);
    expect(warn.mock.calls).toEqual([["c"], ["c"]]);
  });

  it("has what an application throws, where there is no hook", async () => {
    const info = vi.spyOn(console, "info").mockReturnValue();
    const at = new CompatStage({ logLevel: "info" });
    const exception = new Error("oops");
    at.cometd.addListener(CONNECT, () => {
      throw exception;
    });
    await at.connect();
    expect(info.mock.calls[0]?.slice(0, 2)).toEqual(["onListenerException", exception]);
  });
});

describe("messages of the application's own making", () => {
  it("are sent as they are, with another id", async () => {
    const at = new CompatStage();
    await at.connect();
    at.cometd.send({ channel: "/a", data: 1, id: "7", ext: { x: 1 } });
    expect(at.wire.last("/a")).toMatchObject({ data: 1, id: "c1", ext: { x: 1 } });
  });

  it("are received as if the server had sent them", async () => {
    const at = new CompatStage();
    at.cometd.addListener("/a", at.tell);
    at.cometd.receive({ channel: "/a", data: 0 });
    await at.connect();
    at.cometd.receive({ channel: "/a", data: 1 });
    expect(at.told).toEqual(["/a 1"]);
  });
});

describe("what is subscribed to", () => {
  it("is replaced without a word to the server", async () => {
    const at = new CompatStage();
    await at.connect();
    const first = at.cometd.subscribe("/a", at.tell);
    const second = at.cometd.resubscribe(first);
    await at.deliver("/a", 1);
    expect(second).toMatchObject({ channel: "/a", callback: at.tell });
    expect(at.channels.filter((channel) => channel.startsWith(SUBSCRIBE))).toHaveLength(1);
    expect(at.told).toEqual(["/a 1"]);
  });

  it("is ended all at once", async () => {
    const at = new CompatStage();
    await at.connect();
    at.cometd.subscribe("/a", at.tell);
    at.cometd.subscribe("/b", at.tell);
    at.cometd.clearSubscriptions();
    await at.deliver("/a", 1);
    expect(at.told).toEqual([]);
    expect(at.channels.filter((channel) => channel.startsWith("/meta/unsubscribe"))).toEqual([
      ...["/meta/unsubscribe /a", "/meta/unsubscribe /b"],
    ]);
  });

  it("is forgotten with the connection", async () => {
    const at = new CompatStage();
    await at.connect();
    at.cometd.subscribe("/a", at.tell);
    at.cometd.disconnect();
    at.wire.reply("/meta/disconnect");
    await settled();
    await at.connect();
    await at.deliver("/a", 1);
    expect(at.told).toEqual([]);
  });
});
