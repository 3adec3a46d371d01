import { describe, expect, it } from "vitest";
import { CompatStage } from "../testing/compat-stage.ts";
import { settled } from "../testing/fake-world.ts";
import { CONNECT, HANDSHAKE, SUBSCRIBE } from "../testing/stage.ts";

const UNSUBSCRIBE = "/meta/unsubscribe";

async function connected(): Promise<CompatStage> {
  const at = new CompatStage();
  await at.connect();
  return at;
}

function asked(at: CompatStage): readonly string[] {
  return at.channels.filter((channel) => channel.includes("subscribe"));
}

describe("a subscription", () => {
  it("asks once, and tells all who wait what the server says", async () => {
    const at = await connected();
    at.cometd.subscribe("/a", at.named("first"), { ext: { from: 7 } }, at.named("first ack"));
    at.cometd.subscribe("/a", at.named("second"), at.named("second ack"));
    await at.world.pass(100);
    expect(at.told).toEqual([]);
    expect(at.wire.last(SUBSCRIBE)).toMatchObject({ subscription: "/a", ext: { from: 7 } });
    at.wire.reply(SUBSCRIBE, { subscription: "/a" });
    at.cometd.subscribe("/a", at.named("third"), at.named("third ack"));
    await at.world.pass(1);
    await at.deliver("/a", 1);
    expect(asked(at)).toEqual([`${SUBSCRIBE} /a`]);
    expect(at.told).toEqual([
      ...["first ack: true", "second ack: true", "third ack: true"],
      ...["first: 1", "second: 1", "third: 1"],
    ]);
  });

  it("is gone for all where the server refuses it", async () => {
    const at = await connected();
    at.cometd.addListener("/meta/unsuccessful", at.tell);
    at.cometd.subscribe("/a", at.tell, at.named("first"));
    at.cometd.subscribe("/a", at.tell, at.named("second"));
    at.wire.reply(SUBSCRIBE, { subscription: "/a", successful: false, error: "403:/a:no" });
    await settled();
    await at.deliver("/a", 1);
    expect(at.told).toEqual(["first: false", "second: false", `${SUBSCRIBE} false`]);
  });

  it("tells the server when the last one ends", async () => {
    const at = await connected();
    const first = at.cometd.subscribe("/a", at.named("first"));
    const second = at.cometd.subscribe("/a", at.named("second"));
    at.wire.reply(SUBSCRIBE, { subscription: "/a" });
    await settled();
    at.cometd.unsubscribe(first, at.named("first left"));
    await at.world.pass(1);
    await at.deliver("/a", 1);
    at.cometd.unsubscribe(second, { why: "done" }, at.named("second left"));
    await at.deliver("/a", 2);
    expect(at.wire.last(UNSUBSCRIBE)).toMatchObject({ subscription: "/a", why: "done" });
    at.wire.reply(UNSUBSCRIBE, { subscription: "/a" });
    await settled();
    expect(at.told).toEqual(["first left: true", "second: 1", "second left: true"]);
  });

  it("that is left before there was an answer says so", async () => {
    const at = await connected();
    at.cometd.unsubscribe(at.cometd.subscribe("/a", at.tell, at.named("ack")));
    await settled();
    expect(at.told).toEqual(["ack: false"]);
  });

  it.each(["", "a", "/a/", "/a/*/b"])("is not to %j", async (channel) => {
    const { cometd } = await connected();
    expect(() => cometd.subscribe(channel, () => undefined)).toThrow("invalid channel");
  });
});

describe("after a new handshake", () => {
  it("is subscribed to again by itself", async () => {
    const at = await connected();
    at.cometd.subscribe("/a", at.named("kept"));
    at.wire.reply(SUBSCRIBE, { subscription: "/a" });
    await at.renew();
    expect(asked(at)).toEqual([`${SUBSCRIBE} /a`]);
    await at.deliver("/a", 1);
    expect(at.told).toEqual(["kept: 1"]);
  });

  it("gives way to what the application subscribes to again by itself", async () => {
    const at = await connected();
    at.cometd.addListener(HANDSHAKE, ({ reestablish }) => {
      at.told.push(`reestablish ${reestablish}`);
      at.cometd.subscribe("/a", at.named("again"), at.named("ack"));
    });
    at.cometd.subscribe("/a", at.named("first"));
    at.wire.reply(SUBSCRIBE, { subscription: "/a" });
    await at.renew();
    at.wire.reply(SUBSCRIBE, { subscription: "/a" });
    await at.deliver("/a", 1);
    expect(asked(at)).toEqual([`${SUBSCRIBE} /a`]);
    expect(at.told).toEqual(["reestablish true", "ack: true", "again: 1"]);
  });

  it("gives way to the same callback later, and not to another", async () => {
    const at = await connected();
    const callback = at.named("same");
    at.cometd.subscribe("/a", callback);
    await at.renew();
    at.wire.reply(CONNECT);
    await settled();
    at.cometd.subscribe("/a", at.named("other"));
    at.cometd.subscribe("/a", callback);
    await at.deliver("/a", 1);
    expect(at.told).toEqual(["other: 1", "same: 1"]);
  });

  it("has left what it was leaving", async () => {
    const at = await connected();
    const handle = at.cometd.subscribe("/a", at.tell);
    at.wire.reply(SUBSCRIBE, { subscription: "/a" });
    await settled();
    at.cometd.unsubscribe(handle, at.named("left"));
    await at.renew();
    expect(at.told).toEqual(["left: true"]);
  });
});
