import { describe, expect, it } from "vitest";
import { HEADERS, type Message } from "./message.ts";
import type { Words } from "./tabs/words.ts";
import { settled } from "./testing/fake-world.ts";
import { type FakeTab, Room, rest, URL } from "./testing/room.ts";
import { CONNECT, HANDSHAKE, SUBSCRIBE } from "./testing/stage.ts";

describe("the connection of tabs", () => {
  it.each([
    ["is killed", (tab: FakeTab) => tab.kill()],
    ["disconnects", (tab: FakeTab) => void tab.client.disconnect()],
    [
      "is put away",
      ({ page }: FakeTab) =>
        page.dispatchEvent(Object.assign(new Event("pagehide"), { persisted: true })),
    ],
  ])("lose and double nothing when the one with the connection %s", async (_name, end) => {
    const room = new Room();
    const [one, two, three] = await room.with(3);
    await room.bring(1, { channel: "/a", data: 1 });
    if (one) end(one);
    await settled();
    await settled();
    expect(room.factory.made).toHaveLength(2);
    expect(room.sent(HANDSHAKE)).toHaveLength(1);
    expect(room.sent(SUBSCRIBE)).toHaveLength(1);
    expect(room.sent("/meta/disconnect")).toHaveLength(0);
    expect(room.server.last(CONNECT)).toMatchObject({ clientId: "c", ext: { ack: 1 } });
    await room.bring(2, { channel: "/a", data: 2 });
    expect([one?.got, two?.got, three?.got]).toEqual([[1], [1, 2], [1, 2]]);
    expect(two?.events).toEqual(["connected"]);
  });

  it("hand over once, when the one with the connection and the next one die together", async () => {
    const room = new Room();
    const [one, two, three] = await room.with(3);
    await room.bring(1, { channel: "/a", data: 1 });
    one?.kill();
    two?.kill();
    await rest();
    expect(room.factory.made).toHaveLength(2);
    await room.bring(2, { channel: "/a", data: 2 });
    expect(three?.got).toEqual([1, 2]);
  });

  it("go on after the last batch, though its words were still under way when the lock was free", async () => {
    const room = new Room();
    const [one, two] = await room.with(2);
    const { id } = room.server.last(CONNECT);
    const reply = { channel: CONNECT, successful: true, id, ext: { ack: 5 } };
    room.server.host.receive([{ channel: "/a", data: 1 }, reply]);
    one?.kill();
    await rest();
    expect(room.server.last(CONNECT).ext).toEqual({ ack: 5 });
    expect(two?.got).toEqual([1]);
  });

  it("acknowledge nothing that the others might never hear of", async () => {
    const room = new Room();
    const [one, two, three] = await room.with(3);
    await room.bring(1, { channel: "/a", data: 1 });
    const speak = room.browser.hush();
    await room.bring(2, { channel: "/a", data: 2 });
    expect(room.sent(CONNECT).map(({ ext }) => ext?.ack)).not.toContain(2);
    one?.kill();
    speak(true);
    await rest();
    expect(room.server.last(CONNECT).ext).toEqual({ ack: 1 });
    await room.bring(2, { channel: "/a", data: 2 });
    expect([two?.got, three?.got]).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  it("hear no more from the one that had the connection when there is another", async () => {
    const room = new Room();
    const said: Words[] = [];
    const wire = room.browser.place().channel(`encke ${URL}`);
    wire.onmessage = ({ data }: { readonly data: Words }) => said.push(data);
    const [one, two] = await room.with(2);
    await room.bring(1, { channel: "/a", data: 1 });
    const last = said.findLast(({ messages }) => messages.some(({ channel }) => channel === "/a"));
    one?.kill();
    await rest();
    wire.postMessage(last);
    await rest();
    expect(two?.got).toEqual([1]);
  });

  it("are interrupted together, and recover together", async () => {
    const room = new Room();
    const all = await room.with(2);
    const before = room.sent(CONNECT).length;
    room.server.host.fail("The network is gone.");
    await room.world.pass(1000);
    await rest();
    expect(room.sent(CONNECT)).toHaveLength(before + 1);
    expect(room.server.last(CONNECT)).toMatchObject({ advice: { timeout: 0 }, ext: { ack: 0 } });
    room.server.reply(CONNECT, { ext: { ack: 0 } });
    await rest();
    for (const { events } of all) {
      expect(events).toEqual(["connected", "interrupted", "connected", "recovered"]);
    }
    expect(room.factory.made).toHaveLength(1);
  });

  it("take the next transport when one has never brought anything", async () => {
    const room = new Room();
    const { client } = room.tab();
    const up = client.connect();
    await rest();
    await room.world.pass(10_000);
    expect(room.server.abandoned).toMatchObject([{ channel: HANDSHAKE }]);
    await room.world.pass(1000);
    room.server.host.fail("The WebSocket cannot be opened.");
    await room.world.pass(2000);
    room.other.latest.reply(HANDSHAKE, { clientId: "c", supportedConnectionTypes: ["other"] });
    await rest();
    room.other.latest.reply(CONNECT);
    await up;
    expect(room.other.latest.last(CONNECT).connectionType).toBe("other");
    expect(room.server.isClosed).toBe(true);
  });

  it("take the transport that the server has", async () => {
    const room = new Room();
    const { client } = room.tab();
    const up = client.connect();
    await rest();
    expect(room.server.last(HANDSHAKE).supportedConnectionTypes).toEqual(["fake", "other"]);
    room.server.reply(HANDSHAKE, { clientId: "c", supportedConnectionTypes: ["other"] });
    await rest();
    room.other.latest.reply(CONNECT);
    await up;
    expect(room.sent(CONNECT)).toEqual([]);
  });

  it("give up what none of them waits for any more", async () => {
    const room = new Room();
    const [one] = await room.with(2);
    const published = one?.client.publish("/b", 1);
    await rest();
    await room.world.pass(10_000);
    await rest();
    expect(room.server.abandoned).toMatchObject([{ channel: "/b" }]);
    room.server.reply("/b");
    await published;
  });

  it("send the headers of the tab that has it", async () => {
    const room = new Room();
    const [one] = await room.with(1);
    const { client } = room.tab(undefined, { getToken: () => "t" });
    await client.connect();
    expect(await room.server.host.headers()).toEqual({});
    one?.kill();
    await rest();
    expect(await room.server.host.headers()).toEqual({ Authorization: "Bearer t" });
  });

  it("sends the headers of a message with it", async () => {
    const room = new Room();
    const [, two] = await room.with(2);
    const sent: (Message | undefined)[] = [];
    room.server.send = (messages) => sent.push(...messages);
    void two?.client.publish("/b", 1, { headers: { X: "1" } }).catch(() => undefined);
    await rest();
    expect(sent[0]?.[HEADERS]).toEqual({ X: "1" });
  });

  it("leave the connection alone when one of them is put away", async () => {
    const room = new Room();
    const [one, two] = await room.with(2);
    two?.page.dispatchEvent(Object.assign(new Event("pagehide"), { persisted: true }));
    await rest();
    await room.bring(1, { channel: "/a", data: 1 });
    expect(one?.got).toEqual([1]);
    expect(room.server.abandoned).toEqual([]);
  });

  it("send again what has a key, and reject what has none, when nobody knows whether it arrived", async () => {
    const room = new Room();
    const [one, two] = await room.with(2);
    const published = two?.client.publish("/b", 1);
    const called = two?.client.call("sum", 1);
    await settled();
    const first = room.server.last("/b").ext?.idempotencyKey;
    one?.kill();
    await expect(called).rejects.toMatchObject({ code: "session_lost" });
    await rest();
    room.server.reply(CONNECT, { ext: { ack: 0 } });
    await rest();
    expect(room.server.last("/b").ext?.idempotencyKey).toBe(first);
    room.server.reply("/b");
    await published;
  });

  it("has no connect follow one that was answered before all have heard the answer", async () => {
    const room = new Room();
    await room.with(2);
    const wire = room.browser.place().channel(`encke ${URL}`);
    const connect = { channel: CONNECT, clientId: "c", connectionType: "tabs", id: "9" };
    wire.postMessage({ tab: "x/", patterns: new Set(), messages: [connect] });
    await room.bring(1, { channel: "/a", data: 1 });
    expect(room.server.last(CONNECT).ext).toEqual({ ack: 1 });
    expect(room.sent(CONNECT).map(({ id }) => id)).not.toContain("9");
  });

  it.each([
    ["has been taken over", ([one]: readonly FakeTab[]) => one?.kill()],
    ["shows that it is there", (_tabs: readonly FakeTab[], room: Room) => room.server.host.alive()],
  ])("is waited for anew when it %s", async (_name, happen) => {
    const room = new Room();
    const all = await room.with(2);
    await room.world.pass(35_000);
    happen(all, room);
    await rest();
    await room.world.pass(20_000);
    expect(all[1]?.events).toEqual(["connected"]);
    await room.world.pass(20_000);
    expect(all[1]?.events).toEqual(["connected", "interrupted"]);
  });

  it("lives on in a worker, with another session when the server has forgotten one", async () => {
    const room = new Room();
    room.worker();
    const [one, two] = await room.with(2);
    await one?.client.disconnect();
    await rest();
    room.server.reply(CONNECT, { successful: false, advice: { reconnect: "handshake" } });
    await rest();
    await room.welcome("d");
    expect(two?.client.clientId).toBe("d");
    await two?.client.disconnect();
    await rest();
    expect(room.server.last("/meta/disconnect").clientId).toBe("d");
    void room.tab().client.connect();
    await room.welcome("e");
    expect(room.sent(HANDSHAKE)).toHaveLength(3);
    expect(room.factory.made).toHaveLength(1);
  });

  it("is there again for a tab that was put away, when that is shown again", async () => {
    const room = new Room();
    const [, two] = await room.with(2);
    const recovered: boolean[] = [];
    two?.client.addEventListener("connected", (event) => recovered.push(event.recovered));
    two?.page.dispatchEvent(Object.assign(new Event("pagehide"), { persisted: true }));
    await rest();
    two?.page.dispatchEvent(new Event("pageshow"));
    await room.world.pass(2000);
    await rest();
    expect(recovered).toEqual([false]);
    await room.bring(1, { channel: "/a", data: 1 });
    expect(two?.got).toEqual([1]);
  });
});
