import { describe, expect, it } from "vitest";
import { CompatStage } from "../testing/compat-stage.ts";
import { settled } from "../testing/fake-world.ts";
import { CONNECT, HANDSHAKE, SUBSCRIBE } from "../testing/stage.ts";

describe("a handshake", () => {
  it("sends what was called meanwhile, then calls back and listeners, and then connects", async () => {
    const at = new CompatStage();
    at.cometd.addListener(HANDSHAKE, () => at.told.push("listener"));
    at.cometd.handshake(() => {
      at.told.push("callback");
      at.cometd.publish("/b", 2);
    });
    at.cometd.subscribe("/a", at.tell);
    at.cometd.publish("/a", 1);
    await at.welcome();
    expect(at.channels).toEqual([HANDSHAKE, `${SUBSCRIBE} /a`, "/a", "/b", CONNECT]);
    expect(at.told).toEqual(["callback", "listener"]);
    expect(at.wire.last(CONNECT)).toMatchObject({ advice: { timeout: 0 }, clientId: "c" });
  });

  it("carries fields of the application, which cannot override those of the protocol", async () => {
    const at = new CompatStage({ advice: { timeout: 5, interval: 6 } });
    at.cometd.handshake({ channel: "/x", ext: { token: "t" }, user: "ann" });
    await settled();
    expect(at.wire.sent[0]).toMatchObject({
      ...{ channel: HANDSHAKE, version: "1.0", minimumVersion: "1.0", user: "ann" },
      ...{ ext: { token: "t" }, advice: { timeout: 5, interval: 6 } },
      supportedConnectionTypes: ["fake"],
    });
  });

  it("is not followed by a connect where a listener disconnects", async () => {
    const at = new CompatStage();
    at.cometd.handshake(() => at.cometd.disconnect());
    await at.welcome();
    expect(at.channels).toEqual([HANDSHAKE, "/meta/disconnect"]);
  });

  it("is refused while there is one", () => {
    const { cometd } = new CompatStage();
    cometd.handshake();
    expect(() => cometd.handshake()).toThrow("Illegal state: handshaking");
  });

  it("is told of when it fails, and tried again after a wait that doubles from the increment", async () => {
    const at = new CompatStage({ backoffIncrement: 100, maxBackoff: 250 });
    at.cometd.addListener("/meta/unsuccessful", ({ channel, failure }) =>
      at.told.push(`${channel} ${failure?.reason}`),
    );
    at.cometd.handshake();
    await settled();
    for (const delay of [100, 200, 250]) {
      const before = at.wire.sent.length;
      at.wire.host.fail("no network");
      await settled();
      expect(at.cometd.getBackoffPeriod()).toBe(delay);
      await at.world.pass(delay - 1);
      expect(at.wire.sent).toHaveLength(before);
      await at.world.pass(1);
      expect(at.wire.sent).toHaveLength(before + 1);
    }
    expect(at.told).toEqual(Array(3).fill("/meta/handshake no network"));
    await at.welcome();
    expect(at.cometd.getStatus()).toBe("connected");
  });

  it("goes over to another transport where one never worked, and tells of that", async () => {
    const at = new CompatStage();
    const changes: unknown[] = [];
    at.cometd.onTransportException = ({ reason }, before, after) =>
      changes.push([reason, before, after]);
    const { factory: other } = new CompatStage();
    at.cometd.registerTransport("other", other);
    at.cometd.handshake();
    await settled();
    at.wire.host.fail("blocked");
    await at.world.pass(1_000);
    expect(changes).toEqual([["blocked", "fake", "other"]]);
    expect(other.made).toHaveLength(1);
  });
});

describe("the status", () => {
  it("is what that of cometd.js is", async () => {
    const at = new CompatStage();
    const { cometd } = at;
    expect([cometd.getStatus(), cometd.isDisconnected()]).toEqual(["disconnected", true]);
    cometd.handshake();
    expect([cometd.getStatus(), cometd.getClientId()]).toEqual(["handshaking", null]);
    await at.welcome();
    expect([cometd.getStatus(), cometd.getClientId()]).toEqual(["connected", "c"]);
    at.wire.host.fail("cut");
    await settled();
    expect(cometd.getStatus()).toBe("connecting");
    cometd.disconnect(at.tell);
    expect([cometd.getStatus(), cometd.isDisconnected()]).toEqual(["disconnecting", true]);
    at.wire.reply("/meta/disconnect");
    await settled();
    expect([cometd.getStatus(), cometd.getClientId()]).toEqual(["disconnected", null]);
    expect(at.told).toEqual(["/meta/disconnect true"]);
    expect(at.world.timers).toBe(0);
  });

  it("is disconnected when the server wants that, and what waits has failed", async () => {
    const at = new CompatStage();
    await at.connect();
    at.cometd.publish("/a", 1, at.tell);
    at.wire.reply(CONNECT, { advice: { reconnect: "none" } });
    await settled();
    expect(at.cometd.getStatus()).toBe("disconnected");
    expect(at.told).toEqual(["/a false"]);
    expect(() => at.cometd.publish("/a", 1)).toThrow("Illegal state: disconnected");
  });
});

describe("listeners", () => {
  it("get what is on their channel, and then what their pattern covers", async () => {
    const at = new CompatStage();
    at.cometd.addListener("/a/**", at.named("deep"));
    at.cometd.addListener("/a/*", at.named("star"));
    at.cometd.addListener("/a/b", at.named("exact"));
    at.cometd.addListener("/meta/*", at.tell);
    await at.connect();
    await at.deliver("/a/b", 1);
    expect(at.told).toEqual([
      ...["/meta/handshake true", "/meta/connect true"],
      ...["exact: 1", "star: 1", "deep: 1"],
    ]);
  });

  it("are methods of a scope, by their names, too", async () => {
    const at = new CompatStage();
    const scope = {
      seen: [] as unknown[],
      take: ({ data }: { data?: unknown }) => scope.seen.push(data),
    };
    at.cometd.addListener("/a", scope, "take");
    expect(() => at.cometd.addListener("/a", scope, "none")).toThrow("Invalid callback none");
    await at.connect();
    await at.deliver("/a", 1);
    expect(scope.seen).toEqual([1]);
  });

  it("harm nobody when they throw", async () => {
    const at = new CompatStage();
    const caught: unknown[] = [];
    at.cometd.onListenerException = (exception, { channel }, isListener) => {
      caught.push([String(exception), channel, isListener]);
      throw new Error("The hook throws as well.");
    };
    at.cometd.addListener("/a", () => {
      throw new Error("oops");
    });
    at.cometd.addListener("/a", at.tell);
    await at.connect();
    await at.deliver("/a", 1);
    expect(caught).toEqual([["Error: oops", "/a", true]]);
    expect(at.told).toEqual(["/a 1"]);
  });

  it("are removed one by one, or all", async () => {
    const at = new CompatStage();
    const handle = at.cometd.addListener("/a", at.tell);
    at.cometd.addListener("/b", at.tell);
    at.cometd.removeListener(handle);
    await at.connect();
    await at.deliver("/a", 1);
    await at.deliver("/b", 2);
    at.cometd.clearListeners();
    await at.deliver("/b", 3);
    expect(at.told).toEqual(["/b 2"]);
  });
});

describe("a batch", () => {
  it("goes when the outermost ends", async () => {
    const at = new CompatStage();
    await at.connect();
    const before = at.wire.sent.length;
    at.cometd.startBatch();
    at.cometd.batch(() => at.cometd.publish("/a", 1));
    at.cometd.subscribe("/a", at.tell);
    expect(at.wire.sent).toHaveLength(before);
    at.cometd.endBatch();
    expect(at.channels.slice(before)).toEqual(["/a", `${SUBSCRIBE} /a`]);
    expect(() => at.cometd.endBatch()).toThrow("not paired");
  });

  it("has failed where the connection ends before it does", async () => {
    const at = new CompatStage();
    await at.connect();
    at.cometd.startBatch();
    at.cometd.publish("/a", 1, at.tell);
    at.wire.reply(CONNECT, { advice: { reconnect: "none" } });
    await settled();
    expect(at.told).toEqual(["/a false"]);
  });
});
