import { describe, expect, it } from "vitest";
import { CometClient } from "./comet-client.ts";
import type { Message } from "./message.ts";
import { tabsOf } from "./tabs/tabs-of.ts";
import { FakeFactory, FakeWorld, settled } from "./testing/fake-world.ts";
import { Room, rest, URL } from "./testing/room.ts";
import { CONNECT, HANDSHAKE, SUBSCRIBE } from "./testing/stage.ts";

describe("tabs", () => {
  it("share one session and one subscription", async () => {
    const room = new Room();
    const [one, two] = await room.with(2);
    await room.bring(1, { channel: "/a", data: 1 });
    await room.bring(2, { channel: "/a", data: 2 });
    expect([one?.got, two?.got]).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(room.sent(HANDSHAKE)).toHaveLength(1);
    expect(room.sent(SUBSCRIBE)).toHaveLength(1);
    expect(room.factory.made).toHaveLength(1);
    expect(one?.client.clientId).toBe("c");
    expect(two?.client.connectionType).toBe("tabs");
    expect(room.sent(CONNECT).at(-1)?.ext).toEqual({ ack: 2 });
  });

  it("get what they asked for, and nothing of what others did", async () => {
    const room = new Room();
    const [one, two] = await room.with(2);
    const seen: string[] = [];
    two?.client.addEventListener("message", ({ message }) => seen.push(message.channel));
    const published = one?.client.publish("/b", { text: "hi" }, { headers: { X: "1" } });
    const called = one?.client.call("sum", [1, 2]);
    one?.client.subscribe("/mine", () => undefined);
    await settled();
    const question = room.server.last("/service/sum");
    room.server.reply("/b");
    room.server.reply("/service/sum");
    room.server.reply(SUBSCRIBE, { subscription: "/mine" });
    await room.bring(
      1,
      { channel: "/service/sum", id: question.id, data: 3 },
      { channel: "/mine", data: 1 },
    );
    expect(await published).toMatchObject({ channel: "/b", successful: true });
    expect(await called).toBe(3);
    expect(seen).toEqual([]);
  });

  it("tell the server when the last page is left", async () => {
    const room = new Room();
    const [one] = await room.with(1);
    one?.page.dispatchEvent(new Event("pagehide"));
    expect(room.server.goodbyes).toBe(1);
    expect(room.server.isClosed).toBe(true);
  });

  it("take back what only they wanted when they disconnect, or are left", async () => {
    const room = new Room();
    const [one, two, three] = await room.with(3);
    two?.client.subscribe("/two", () => undefined);
    three?.client.subscribe("/three", () => undefined);
    await rest();
    const { sent } = room.server;
    for (const { id, subscription } of sent.filter(({ channel }) => channel === SUBSCRIBE)) {
      room.server.host.receive([
        { channel: SUBSCRIBE, id, subscription, successful: true },
      ] as Message[]);
    }
    await rest();
    two?.page.dispatchEvent(new Event("pagehide"));
    void three?.client.disconnect();
    await rest();
    const ended = room.sent("/meta/unsubscribe").map(({ subscription }) => subscription);
    expect(ended.toSorted()).toEqual(["/three", "/two"]);
    expect(room.sent("/meta/disconnect")).toHaveLength(0);
    expect(one?.client.state).toBe("connected");
  });

  it("leave nothing behind when the last one disconnects", async () => {
    const room = new Room();
    const all = await room.with(2);
    for (const { client } of all) await client.disconnect();
    await rest();
    expect(room.sent("/meta/disconnect")).toHaveLength(1);
    expect(room.browser.open).toBe(0);
    expect(room.world.timers).toBe(0);
  });

  it("wait for the connection once, however much they hear of it", async () => {
    const room = new Room();
    await room.with(2);
    for (const position of [1, 2, 3]) await room.bring(position, { channel: "/a", data: 1 });
    const [wires, locks] = [2, 1];
    expect(room.browser.open).toBe(2 * (wires + locks));
  });

  it("are not disturbed by the death of one that has no connection", async () => {
    const room = new Room();
    const [one, two, three] = await room.with(3);
    two?.kill();
    await room.bring(1, { channel: "/a", data: 1 });
    await one?.client.disconnect();
    await rest();
    await room.bring(2, { channel: "/a", data: 2 });
    expect(three?.got).toEqual([1, 2]);
    expect(three?.events).toEqual(["connected"]);
  });

  it("are told when the server has forgotten them, and ask for everything again", async () => {
    const room = new Room();
    const [one, two] = await room.with(2);
    room.server.reply(CONNECT, { successful: false, advice: { reconnect: "handshake" } });
    await rest();
    await room.welcome("d");
    room.server.reply(SUBSCRIBE, { subscription: "/a" });
    await rest();
    expect([one?.client.clientId, two?.client.clientId]).toEqual(["d", "d"]);
    expect(two?.events).toEqual(["connected", "interrupted", "connected"]);
    expect(room.sent(SUBSCRIBE)).toHaveLength(2);
    await room.bring(1, { channel: "/a", data: 1 });
    expect(two?.got).toEqual([1]);
  });

  it("have a disconnect answered as a server does", async () => {
    const room = new Room();
    const [, two] = await room.with(2);
    const replies: Message[] = [];
    two?.client.listen("/meta/disconnect", (reply) => replies.push(reply));
    await two?.client.disconnect();
    expect(replies).toEqual([
      { channel: "/meta/disconnect", id: expect.any(String), successful: true },
    ]);
  });

  it("are refused together", async () => {
    const room = new Room();
    const all = [room.tab(), room.tab()];
    const ups = all.map(({ client }) => client.connect());
    await rest();
    room.server.reply(HANDSHAKE, { successful: false, error: "403::who_are_you" });
    for (const up of ups) await expect(up).rejects.toMatchObject({ code: "who_are_you" });
  });

  it("hear of a refused subscription", async () => {
    const room = new Room();
    const [, two] = await room.with(2);
    const { ready } = two?.client.subscribe("/secret", () => undefined) ?? {};
    await rest();
    room.server.reply(SUBSCRIBE, { successful: false, error: "403::no", subscription: "/secret" });
    await expect(ready).rejects.toMatchObject({ code: "no" });
    expect(two?.client.state).toBe("connected");
  });

  it.each([
    undefined,
    "hello",
    { tab: "x", messages: [undefined, [null]] },
    { tab: "x", messages: [[{ channel: 1 }]] },
    { hub: "x" },
    { hub: "x", shared: { tabs: [] } },
    { hub: "x", shared: { tabs: [] }, messages: "no" },
    { hub: "x", shared: { tabs: [] }, messages: [null, { channel: "/a" }] },
  ])("go on when somebody says %j on their channel", async (words) => {
    const room = new Room();
    const all = await room.with(2);
    const wire = room.browser.place().channel(`encke ${URL}`);
    wire.postMessage(words);
    await rest();
    await room.bring(1, { channel: "/a", data: 1 });
    expect(all.map(({ got }) => got)).toEqual([[1], [1]]);
  });

  it("have the connection themselves when the worker cannot be loaded", async () => {
    const room = new Room();
    const worker: { onerror: unknown } = { onerror: undefined };
    const { client } = room.tab(() => worker);
    const up = client.connect();
    await rest();
    expect(room.factory.made).toHaveLength(0);
    (worker.onerror as () => void)();
    await room.welcome();
    await up;
    const other = room.tab(() => {
      throw new Error("There are no such workers.");
    });
    await other.client.connect();
    expect(room.sent(HANDSHAKE)).toHaveLength(1);
  });

  it("have the connection themselves when nothing is heard of the worker for two seconds", async () => {
    const room = new Room();
    const { client } = room.tab(() => ({ onerror: undefined }));
    const up = client.connect();
    await room.world.pass(1_999);
    expect(room.factory.made).toHaveLength(0);
    await room.world.pass(1);
    await room.welcome();
    await up;
    expect(client.state).toBe("connected");
    await client.disconnect();
    await rest();
    expect(room.world.timers).toBe(0);
  });

  it("wait for no worker when they have left", async () => {
    const room = new Room();
    const { client } = room.tab(() => ({ onerror: undefined }));
    const up = client.connect();
    await rest();
    void client.disconnect();
    await expect(up).rejects.toMatchObject({ code: "disconnected" });
    await rest();
    expect(room.world.timers).toBe(0);
  });

  it("leave the connection to a worker that has been heard", async () => {
    const room = new Room();
    room.worker();
    await rest();
    const { client } = room.tab(() => ({ onerror: undefined }));
    const up = client.connect();
    await room.welcome();
    await up;
    await room.world.pass(2_000);
    expect(room.factory.made).toHaveLength(1);
    expect(client.state).toBe("connected");
  });

  it("each have their own connection where nothing can be shared", async () => {
    const factory = new FakeFactory();
    const transports = tabsOf(undefined, [factory], {});
    const client = new CometClient(URL, { transports, world: new FakeWorld() });
    void client.connect().catch(() => undefined);
    await rest();
    expect(factory.latest.last(HANDSHAKE).supportedConnectionTypes).toEqual(["fake"]);
    void client.disconnect();
  });
});
