import { timesync } from "@encke/extensions";
import { TimeSyncExtension } from "cometd";
import { describe, expect, it } from "vitest";
import { soon } from "../clients/soon.ts";
import { World } from "../support/world.ts";
import { clientOf, serverWith, TRANSPORTS } from "./support/real-client.ts";

/** Milliseconds by which the server's clock is ahead. */
const AHEAD = 7 * 60_000;

/** Milliseconds by which a client on this machine may be wrong about it. */
const TOLERANCE = 250;

/** What the client knows, which its type definitions do not tell. */
interface Estimate {
  getTimeOffset(): number;
  getNetworkLag(): number;
}

describe.each(TRANSPORTS)("timesync with cometd.js over %s", (transport) => {
  it("tells a client how far the server's clock is off, also while connects are held", async () => {
    const extension = timesync({ now: () => Date.now() + AHEAD });
    // Held for so long that a client which took it for lag would be off by half of it.
    const server = await serverWith([extension], { timeout: 1_000 });
    const client = new TimeSyncExtension() as TimeSyncExtension & Estimate;
    const cometd = await clientOf(server, transport, { timesync: client });
    let connects = 0;
    cometd.addListener("/meta/connect", () => connects++);
    await soon(() => connects).toBeGreaterThan(2);
    expect(Math.abs(client.getTimeOffset() - AHEAD)).toBeLessThan(TOLERANCE);
    expect(client.getNetworkLag()).toBeLessThan(TOLERANCE);
  });
});

describe("timesync", () => {
  function worldAt(now: number): World {
    const world = new World();
    world.comet.use(timesync({ now: () => now }));
    return world;
  }

  it("tells when a held connect came, and how long it was held", async () => {
    const world = new World();
    world.comet.use(timesync({ now: () => 1_000_000 + world.ports.now() }));
    const talker = await world.connected();
    const came = 1_000_000 + world.ports.now();
    const held = talker.poll({ ext: { timesync: { tc: 500, l: 0, o: 0 } } });
    await world.pass(2_000);
    const reply = await world.comet
      .deliver(talker.clientId, "/a", 1)
      .then(() => world.answer(held));
    expect(reply.at(-1)?.ext).toEqual({
      timesync: { tc: 500, ts: came, p: 2_000, a: 500 - came },
    });
  });

  it("answers handshakes and all other meta messages", async () => {
    const world = worldAt(10_000);
    const ask = { ext: { timesync: { tc: 9_000, l: 100, o: 200 } } };
    const answer = { timesync: { tc: 9_000, ts: 10_000, p: 0, a: -700 } };
    const talker = await world.client();
    expect((await world.reply(talker.handshake(ask))).ext).toEqual(answer);
    const subscribe = { channel: "/meta/subscribe", subscription: "/a", ...ask };
    expect((await world.reply(talker.say(subscribe))).ext).toEqual(answer);
  });

  it("says nothing to a client that knows the time well enough", async () => {
    const world = worldAt(10_000);
    const talker = await world.client();
    const reply = async (o: number) => {
      const timesync = { tc: 9_000, l: 10, o };
      return world.reply(
        talker.say({ channel: "/meta/subscribe", subscription: "/a", ext: { timesync } }),
      );
    };
    expect(await reply(990 - 24)).not.toHaveProperty("ext");
    expect(await reply(990 + 24)).not.toHaveProperty("ext");
    expect((await reply(990 + 25)).ext).toMatchObject({ timesync: { a: 25 } });
  });

  it("knows clients that send neither lag nor offset", async () => {
    const world = worldAt(10_000);
    const { ext } = await world.reply(
      (await world.client()).handshake({ ext: { timesync: { tc: 1 } } }),
    );
    expect(ext).toEqual({ timesync: { tc: 1, ts: 10_000, p: 0 } });
  });

  it.each([
    null,
    "now",
    [],
    {},
    { tc: "1" },
    { tc: null },
    { tc: 1e308, l: 1e308 },
    { tc: [1] },
    { tc: { toString: 1 } },
  ])("does not answer %j", async (timesync) => {
    const world = worldAt(10_000);
    const reply = await world.reply((await world.client()).handshake({ ext: { timesync } }));
    expect(reply).toMatchObject({ successful: true });
    expect(reply).not.toHaveProperty("ext");
    expect(world.ports.lines).toEqual([]);
  });

  it("takes numbers that are no times for none", async () => {
    const world = worldAt(10_000);
    const timesync = { tc: 1, l: "x", o: 1e300 };
    const reply = await world.reply((await world.client()).handshake({ ext: { timesync } }));
    expect(reply.ext).toEqual({ timesync: { tc: 1, ts: 10_000, p: 0 } });
  });

  it("answers no messages but meta messages", async () => {
    const world = worldAt(10_000);
    const talker = await world.client();
    const ext = { timesync: { tc: 1, l: 0, o: 0 } };
    expect(await world.reply(talker.say({ channel: "/a", data: 1, ext }))).not.toHaveProperty(
      "ext",
    );
  });
});
