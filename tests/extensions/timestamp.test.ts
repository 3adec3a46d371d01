import { timestamp } from "@encke/extensions";
import { TimeStampExtension } from "cometd";
import { describe, expect, it } from "vitest";
import { soon } from "../clients/soon.ts";
import { World } from "../support/world.ts";
import { clientOf, serverWith, subscribed, TRANSPORTS } from "./support/real-client.ts";

const START = Date.UTC(2026, 0, 31, 12);

describe.each(TRANSPORTS)("timestamps with cometd.js over %s", (transport) => {
  it("stand in replies and in messages, beside those that the client sends", async () => {
    const server = await serverWith([timestamp({ now: () => START })]);
    const cometd = await clientOf(server, transport, { timestamp: new TimeStampExtension() });
    const replies: unknown[] = [];
    cometd.addListener("/meta/subscribe", (reply) => replies.push(reply.timestamp));
    const received = await subscribed(cometd, "/a");
    expect(replies).toEqual(["2026-01-31T12:00:00.000Z"]);
    await server.comet.publish("/a", 1);
    await soon(() => received.map((message) => message.timestamp)).toEqual(replies);
  });
});

describe("timestamps", () => {
  it("tell when a held connect was answered, and when a message was published", async () => {
    const world = new World();
    world.comet.use(timestamp({ now: () => START + world.ports.now() }));
    const talker = await world.subscriber("/a");
    const held = talker.poll();
    await world.pass(3_000);
    const published = new Date(START + world.ports.now()).toISOString();
    void world.comet.publish("/a", 1);
    await world.settle();
    await world.pass(1_000);
    const [message, reply] = await world.answer(held);
    expect([message?.timestamp, reply?.timestamp]).toEqual([published, published]);
    const next = talker.poll();
    await world.pass(31_000);
    const [empty] = await world.answer(next);
    // Answered when it had been held for the whole timeout of 30 seconds.
    expect(Date.parse(empty?.timestamp ?? "")).toBeGreaterThanOrEqual(
      Date.parse(published) + 31_000,
    );
  });

  it("may have the form of HTTP", async () => {
    const world = new World();
    world.comet.use(timestamp({ format: "http", now: () => START }));
    const reply = await world.reply((await world.client()).handshake());
    expect(reply.timestamp).toBe("Sat, 31 Jan 2026 12:00:00 GMT");
  });

  it("show the time of the machine where no other clock is given", async () => {
    const world = new World();
    world.comet.use(timestamp());
    const before = Date.now();
    const { timestamp: shown = "" } = await world.reply((await world.client()).handshake());
    expect(Date.parse(shown)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(shown)).toBeLessThanOrEqual(Date.now());
  });
});
