import { afterEach, describe, expect, it, vi } from "vitest";
import { CompatStage } from "../../testing/compat-stage.ts";
import { settled } from "../../testing/fake-world.ts";
import { CONNECT, HANDSHAKE } from "../../testing/stage.ts";
import { AckExtension } from "./ack-extension.ts";
import { BinaryExtension } from "./binary-extension.ts";
import { Extension, type IExtension } from "./extension.ts";
import { ReloadExtension } from "./reload-extension.ts";
import { TimeSyncExtension } from "./time-sync-extension.ts";
import { TimeStampExtension } from "./timestamp-extension.ts";

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function marking(mark: string): IExtension {
  return {
    incoming: (message) => ({ ...message, data: `${message.data ?? ""}${mark}` }),
    outgoing: (message) => ({ ...message, data: `${message.data ?? ""}${mark}` }),
  };
}

describe("extensions", () => {
  it("see what comes in their order, and what goes in the other", async () => {
    const at = new CompatStage();
    await at.connect();
    at.cometd.addListener("/b", at.tell);
    at.cometd.registerExtension("one", marking("1"));
    at.cometd.registerExtension("two", marking("2"));
    at.cometd.publish("/a", "x");
    expect(at.wire.last("/a").data).toBe("x21");
    await at.deliver("/b", "y");
    expect(at.told).toEqual(["/b y12"]);
  });

  it("have names, and are told of their registration", () => {
    const { cometd } = new CompatStage();
    const calls: unknown[] = [];
    const extension = {
      registered: (name: string, owner: object) => calls.push(name, owner === cometd),
      unregistered: () => calls.push("gone"),
    };
    expect(cometd.registerExtension("x", extension)).toBe(true);
    expect(cometd.registerExtension("x", new Extension())).toBe(false);
    expect(cometd.getExtension("x")).toBe(extension);
    expect(cometd.unregisterExtension("x")).toBe(true);
    expect(cometd.unregisterExtension("x")).toBe(false);
    expect(cometd.getExtension("x")).toBeNull();
    expect(calls).toEqual(["x", true, "gone"]);
  });

  it("take messages out without a word", async () => {
    const at = new CompatStage();
    await at.connect();
    at.cometd.registerExtension("censor", {
      outgoing: (message) => (message.channel === "/a" ? null : message),
      incoming: (message) => (message.channel === "/b" ? null : message),
    });
    at.cometd.addListener("/b", at.tell);
    at.cometd.publish("/a", 1, at.tell);
    await at.deliver("/b", 1);
    expect(at.channels).not.toContain("/a");
    expect(at.told).toEqual([]);
  });

  it("that throw are left out", async () => {
    const at = new CompatStage();
    at.cometd.onExtensionException = (exception, name, isOutgoing, { channel }) =>
      at.told.push(`${name} ${isOutgoing} ${channel} ${exception}`);
    await at.connect();
    at.cometd.registerExtension("broken", {
      outgoing: () => {
        throw new Error("oops");
      },
    });
    at.cometd.publish("/a", 1);
    expect(at.wire.last("/a").data).toBe(1);
    expect(at.told).toEqual(["broken true /a Error: oops"]);
  });
});

describe("the acknowledgement extension", () => {
  it.each([true, false])("has the client acknowledge what it got: %s", async (isThere) => {
    const at = new CompatStage();
    if (isThere) at.cometd.registerExtension("ack", new AckExtension());
    at.cometd.handshake();
    await at.welcome(isThere ? { ext: { ack: true } } : {});
    at.wire.reply(CONNECT, { ext: { ack: 7 } });
    await settled();
    expect(at.wire.sent[0]?.ext?.ack).toBe(isThere);
    expect(at.wire.last(CONNECT).ext?.ack).toBe(isThere ? 7 : undefined);
  });
});

describe("the binary extension", () => {
  it("makes text of bytes, and bytes of text", async () => {
    const at = new CompatStage();
    const got: unknown[] = [];
    at.cometd.registerExtension("binary", new BinaryExtension());
    await at.connect();
    at.cometd.addListener("/b", ({ data }) => got.push(new Uint8Array(data.data), data.meta));
    const bytes = new Uint8Array([9, 1, 2, 3, 4, 5, 9]).subarray(1, 6);
    at.cometd.publishBinary("/a", bytes, true, "five");
    const sent = at.wire.last("/a");
    expect(sent.data).toEqual({ data: "0rJua1P", last: true, meta: "five" });
    at.wire.host.receive([{ ...sent, channel: "/b" }]);
    expect(got).toEqual([new Uint8Array([1, 2, 3, 4, 5]), "five"]);
  });
});

describe("the timestamp extension", () => {
  it("says when a message was sent", async () => {
    vi.useFakeTimers({ now: 0, toFake: ["Date"] });
    const at = new CompatStage();
    at.cometd.registerExtension("timestamp", new TimeStampExtension());
    at.cometd.handshake();
    await settled();
    expect(at.wire.sent[0]).toMatchObject({ timestamp: "Thu, 01 Jan 1970 00:00:00 GMT" });
  });
});

describe("the time synchronization extension", () => {
  it("finds out what the clock of the server is ahead by, and how far away it is", async () => {
    vi.useFakeTimers({ now: 1_000, toFake: ["Date"] });
    const at = new CompatStage();
    const time = new TimeSyncExtension({ maxSamples: 2 });
    at.cometd.registerExtension("timesync", time);
    at.cometd.handshake();
    await settled();
    expect(at.wire.sent[0]?.ext?.timesync).toEqual({ tc: 1_000, l: 0, o: 0 });
    vi.setSystemTime(1_250);
    await at.welcome({ ext: { timesync: { tc: 1_000, ts: 6_100, p: 50 } } });
    expect([time.getNetworkLag(), time.getTimeOffset()]).toEqual([100, 5_000]);
    expect(time.getServerDate()).toEqual(new Date(6_250));
    time.setTimeout(() => at.told.push("now"), new Date(6_300));
    await at.world.pass(49);
    expect(at.told).toEqual([]);
    await at.world.pass(1);
    expect(at.told).toEqual(["now"]);
  });
});

describe("the reload extension", () => {
  it("has the next page go on with the session", async () => {
    const storage = new Map<string, string>();
    vi.stubGlobal("sessionStorage", {
      getItem: (key: string) => storage.get(key) ?? null,
      setItem: (key: string, value: string) => storage.set(key, value),
      removeItem: (key: string) => storage.delete(key),
    });
    const before = pageWithReload();
    before.cometd.handshake();
    await before.welcome({ ext: { ack: true } });
    before.wire.reply(CONNECT, { ext: { ack: 7 } });
    await settled();
    before.cometd.reload?.();
    const after = pageWithReload();
    after.cometd.handshake(after.tell);
    await settled();
    await after.world.pass(1);
    expect(after.channels).toEqual([CONNECT]);
    expect(after.wire.last(CONNECT)).toMatchObject({ clientId: "c", ext: { ack: 7 } });
    expect(after.told).toEqual([`${HANDSHAKE} true`]);
    expect(storage.size).toBe(0);
  });
});

function pageWithReload(): CompatStage {
  const at = new CompatStage();
  at.cometd.registerExtension("ack", new AckExtension());
  at.cometd.registerExtension("reload", new ReloadExtension());
  return at;
}
