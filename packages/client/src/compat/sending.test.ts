import { describe, expect, it } from "vitest";
import { CompatStage } from "../testing/compat-stage.ts";
import { settled } from "../testing/fake-world.ts";
import { CONNECT } from "../testing/stage.ts";
import type { CometMessage } from "./message.ts";

async function connected(): Promise<CompatStage> {
  const at = new CompatStage();
  await at.connect();
  return at;
}

describe("what is published", () => {
  it("has the fields that go with it, and the receipt goes to the callback and to listeners", async () => {
    const at = await connected();
    at.cometd.addListener("/meta/publish", at.named("listener"));
    at.cometd.publish("/a", 1, { ext: { urgent: true }, channel: "/b" }, at.named("callback"));
    expect(at.wire.last("/a")).toMatchObject({ data: 1, clientId: "c", ext: { urgent: true } });
    at.wire.reply("/a");
    await settled();
    expect(at.told).toEqual(["callback: true", "listener: true"]);
  });

  it("has failed when the server says so", async () => {
    const at = await connected();
    const replies: CometMessage[] = [];
    at.cometd.addListener("/meta/unsuccessful", at.tell);
    at.cometd.publish("/a", 1, (reply) => replies.push(reply));
    at.wire.reply("/a", { successful: false, error: "403:/a:publish_denied" });
    await settled();
    expect(replies).toMatchObject([{ successful: false, error: "403:/a:publish_denied" }]);
    expect(at.told).toEqual(["/a false"]);
  });

  it("has failed when there is no answer, and says why", async () => {
    const at = await connected();
    const replies: CometMessage[] = [];
    at.cometd.publish("/a", 1, (reply) => replies.push(reply));
    await at.world.pass(10_000);
    expect(replies).toMatchObject([
      {
        channel: "/a",
        successful: false,
        failure: { reason: "timeout", message: { data: 1 } },
      },
    ]);
  });

  it("is sent again to a server that had forgotten the client, and called back once", async () => {
    const at = await connected();
    at.cometd.publish("/a", 1, at.tell);
    at.wire.reply("/a", { successful: false, error: "402::session_unknown" });
    await at.welcome({ clientId: "d" });
    expect(at.wire.last("/a")).toMatchObject({ clientId: "d" });
    at.wire.reply("/a");
    await settled();
    expect(at.told).toEqual(["/a true"]);
  });

  it.each(["", "a", "/a/*", "/meta/connect"])("is not on %j", async (channel) => {
    const { cometd } = await connected();
    expect(() => cometd.publish(channel, 1)).toThrow("Illegal argument");
  });

  it("harms nobody when its callback throws", async () => {
    const at = await connected();
    at.cometd.onCallbackException = (exception, { channel }) =>
      at.told.push(`${channel} ${exception}`);
    at.cometd.publish("/a", 1, () => {
      throw new Error("oops");
    });
    at.wire.reply("/a");
    await settled();
    expect(at.told).toEqual(["/a Error: oops"]);
  });
});

describe("a remote call", () => {
  it("gets the message with the result, which listeners do not get", async () => {
    const at = await connected();
    at.cometd.addListener("/service/order", at.tell);
    at.cometd.remoteCall("order", { item: 1 }, at.named("result"));
    const { id } = at.wire.last("/service/order");
    at.wire.reply("/service/order");
    at.wire.host.receive([{ channel: "/service/order", id, data: "done", successful: true }]);
    await settled();
    expect(at.told).toEqual(["result: done"]);
    expect(at.world.timers).toBe(1);
  });

  it("fails after its timeout, which 0 takes away", async () => {
    const at = await connected();
    const failures: CometMessage[] = [];
    at.cometd.remoteCall("slow", 1, 50, (reply) => failures.push(reply));
    at.cometd.remoteCall("slower", 1, 0, at.named("result"));
    at.wire.reply("/service/slow", { id: "c1" });
    at.wire.reply("/service/slower");
    await at.world.pass(9_000);
    expect(failures).toMatchObject([
      { error: "406::timeout", failure: { reason: "Remote Call Timeout" } },
    ]);
    expect(at.told).toEqual([]);
  });

  it("fails when the server has forgotten who called", async () => {
    const at = await connected();
    at.cometd.remoteCall("slow", 1, 0, at.named("result"));
    at.wire.reply("/service/slow");
    await at.renew();
    expect(at.told).toEqual(["result: false"]);
  });
});

describe("bytes", () => {
  it("go with what is said about them", async () => {
    const at = await connected();
    at.cometd.publishBinary(
      "/a",
      [1],
      false,
      { name: "x" },
      { ext: { y: 1 } },
      at.named("receipt"),
    );
    expect(at.wire.last("/a")).toMatchObject({
      data: { data: [1], last: false, meta: { name: "x" } },
      ext: { y: 1, binary: {} },
    });
    at.wire.reply("/a");
    at.cometd.remoteCallBinary("b", [2], at.named("result"));
    expect(at.wire.last("/service/b")).toMatchObject({ data: { data: [2], last: true } });
    await settled();
    expect(at.told).toEqual(["receipt: true"]);
  });
});

describe("a listener for timeouts", () => {
  it("may have the client wait for longer", async () => {
    const at = new CompatStage({ maxNetworkDelay: 100 });
    const seen: string[] = [];
    const listener = ([message]: readonly CometMessage[]): number => {
      seen.push(message?.channel ?? "");
      return seen.length === 1 ? 50 : 0;
    };
    at.cometd.addTransportListener("timeout", listener);
    await at.connect();
    at.cometd.publish("/a", 1, at.tell);
    await at.world.pass(149);
    expect([seen, at.told]).toEqual([["/a"], []]);
    await at.world.pass(1);
    expect([seen, at.told]).toEqual([["/a", "/a"], ["/a false"]]);
    expect(at.cometd.removeTransportListener("timeout", listener)).toBe(true);
    expect(() => at.cometd.addTransportListener("other" as "timeout", listener)).toThrow("other");
    at.cometd.disconnect();
    at.wire.reply("/meta/disconnect");
    await settled();
    expect(at.world.timers).toBe(0);
  });
});

describe("a listener for timeouts of a client that is gone", () => {
  it("is not asked any more", async () => {
    const at = new CompatStage();
    at.cometd.addTransportListener("timeout", () => at.told.push("timeout"));
    await at.connect();
    // The connect that is held is not waited for any more, as there will be a new handshake.
    at.cometd.publish("/a", 1);
    at.wire.reply("/a", { successful: false, error: "402::session_unknown" });
    await at.welcome();
    at.cometd.disconnect();
    at.wire.reply("/meta/disconnect");
    await settled();
    expect(at.world.timers).toBe(0);
    expect(at.told).toEqual([]);
  });
});

describe("a hook for failures", () => {
  it("may give up", async () => {
    const at = await connected();
    at.cometd.onTransportFailure = ({ channel }, info, handle) => {
      at.told.push(`${channel} ${info.action}`);
      handle({ ...info, action: "none" });
    };
    at.wire.host.fail("cut", [at.wire.last(CONNECT)]);
    await settled();
    expect(at.told).toEqual(["/meta/connect retry"]);
    expect(at.cometd.getStatus()).toBe("disconnecting");
  });
});
