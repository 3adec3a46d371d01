import { describe, expect, it } from "vitest";
import type { Words } from "./tabs/words.ts";
import { Room, rest, URL } from "./testing/room.ts";
import { CONNECT, HANDSHAKE } from "./testing/stage.ts";

describe("the connection of tabs that come and go", () => {
  it("brings the result of a call that the server had when the tab with the connection was gone", async () => {
    const room = new Room();
    const [one, two] = await room.with(2);
    const called = two?.client.call("sum", 1);
    await rest();
    const { id } = room.server.last("/service/sum");
    room.server.reply("/service/sum");
    await rest();
    one?.kill();
    await rest();
    await room.bring(1, { channel: "/service/sum", id, data: 3 });
    expect(await called).toBe(3);
  });

  it("is held by the next session, though the server still holds it for one that it has forgotten", async () => {
    const room = new Room();
    room.worker();
    const [one] = await room.with(1);
    const published = one?.client.publish("/b", 1);
    await rest();
    room.server.reply("/b", { successful: false, error: "402::session_unknown" });
    await rest();
    room.server.reply(HANDSHAKE, { clientId: "d", supportedConnectionTypes: ["fake"] });
    await rest();
    expect(room.server.last(CONNECT).clientId).toBe("d");
    room.server.reply(CONNECT);
    await rest();
    room.server.reply("/b");
    await published;
  });

  it("goes to a tab that has heard of it, and not to a worker that comes late", async () => {
    const room = new Room();
    const silent = (): { onerror: unknown } => ({ onerror: undefined });
    const one = room.tab(silent);
    const up = one.client.connect();
    await room.world.pass(2_000);
    await room.welcome();
    await up;
    const two = room.tab(silent);
    await two.client.connect();
    await room.subscribe([two]);
    await room.bring(1, { channel: "/a", data: 1 });
    room.worker();
    await rest();
    one.kill();
    await rest();
    expect(room.server.last(CONNECT)).toMatchObject({ clientId: "c", ext: { ack: 1 } });
    await room.bring(2, { channel: "/a", data: 2 });
    expect(two.got).toEqual([1, 2]);
    expect(two.events).toEqual(["connected"]);
    expect(room.sent(HANDSHAKE)).toHaveLength(1);
  });

  it("is closed with good-bye when the last tab disconnects before it has taken it over", async () => {
    const room = new Room();
    const [one, two] = await room.with(2);
    one?.page.dispatchEvent(new Event("pagehide"));
    const speak = room.browser.hush();
    const leaving = two?.client.disconnect();
    await rest();
    speak(false);
    await leaving;
    expect(room.sent("/meta/disconnect")).toHaveLength(1);
  });

  it("is closed with good-bye when the last tab is put away", async () => {
    const room = new Room();
    const [one] = await room.with(1);
    one?.page.dispatchEvent(Object.assign(new Event("pagehide"), { persisted: true }));
    expect(room.server.goodbyes).toBe(1);
    expect(room.server.last("/meta/disconnect").clientId).toBe("c");
    await rest();
    expect(room.browser.open).toBe(0);
  });

  it("is there for a tab that was put away before it was connected", async () => {
    const room = new Room();
    const { client, page } = room.tab();
    const up = client.connect();
    await rest();
    page.dispatchEvent(Object.assign(new Event("pagehide"), { persisted: true }));
    await rest();
    page.dispatchEvent(new Event("pageshow"));
    await room.world.pass(2000);
    await room.welcome();
    await up;
    expect(room.factory.made).toHaveLength(2);
  });

  it("does not fail a connect for the end of the request that has answered the one before", async () => {
    const room = new Room();
    const all = await room.with(2);
    for (let position = 1; position < 4; position++) {
      const connect = room.server.last(CONNECT);
      const { id } = connect;
      const { host } = room.server;
      host.receive([{ channel: CONNECT, successful: true, id, ext: { ack: position } }]);
      host.fail("no reply", [connect]);
      await rest();
      host.fail("The stream ended.", [connect]);
      await rest();
      expect(room.server.last(CONNECT).ext).toEqual({ ack: position });
    }
    expect(all.map(({ events }) => events)).toEqual([["connected"], ["connected"]]);
  });

  it("is not given up for what a tab asked of the one that is gone", async () => {
    const room = new Room();
    const said: Words[] = [];
    const wire = room.browser.place().channel(`encke ${URL}`);
    wire.onmessage = ({ data }: { readonly data: Words }) => said.push(data);
    const [one] = await room.with(3);
    one?.kill();
    await rest();
    expect(said.filter(({ isAbandoned }) => isAbandoned)).toEqual([]);
  });
});
