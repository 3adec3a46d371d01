import { describe, expect, it } from "vitest";
import { CometClient } from "./comet-client.ts";
import type { Message } from "./message.ts";
import { tabsOf } from "./tabs/tabs-of.ts";
import { FakeBrowser } from "./testing/fake-browser.ts";
import { FakeFactory, FakeWorld, settled } from "./testing/fake-world.ts";
import { CONNECT, HANDSHAKE, SUBSCRIBE } from "./testing/stage.ts";

const URL = "http://localhost/comet";
let chances = 0;

class Room {
  readonly browser = new FakeBrowser();
  readonly factory = new FakeFactory();
  readonly world = new FakeWorld();

  tab(worker?: () => { onerror: unknown }) {
    const place = this.browser.place();
    const page = new EventTarget();
    const random = () => ++chances / 1e6;
    const transports = tabsOf(place, [this.factory], worker ? { worker } : {});
    const client = new CometClient(URL, {
      transports,
      world: { ...this.world, page, random },
    });
    const got: unknown[] = [];
    const events: string[] = [];
    for (const type of ["connected", "recovered", "interrupted", "disconnected"] as const) {
      client.addEventListener(type, () => events.push(type));
    }
    return { client, got, events, kill: place.kill, page };
  }

  sent(channel: string): readonly Message[] {
    return this.factory.made.flatMap(({ sent }) => sent).filter((one) => one.channel === channel);
  }

  get server() {
    return this.factory.latest;
  }

  /** The server takes in whoever knocks. */
  async welcome(clientId = "c"): Promise<void> {
    await settled();
    await settled();
    this.server.reply(HANDSHAKE, {
      ...{ clientId, supportedConnectionTypes: ["fake"], advice: { timeout: 30_000 } },
      ext: { ack: true, idempotency: true },
    });
    await settled();
    this.server.reply(CONNECT, { ext: { ack: 0 } });
    await settled();
    await settled();
  }

  /** What a held connect brings. */
  async bring(position: number, ...messages: readonly Message[]): Promise<void> {
    const { id } = this.server.last(CONNECT);
    const reply = { channel: CONNECT, successful: true, id, ext: { ack: position } };
    this.server.host.receive([...messages, reply]);
    await settled();
    await settled();
  }

  /** Tabs that are subscribed to `/a`. */
  async with(count: number) {
    const all = Array.from({ length: count }, () => this.tab());
    const ups = all.map(({ client }) => client.connect());
    await this.welcome();
    await Promise.all(ups);
    await this.subscribe(all);
    return all;
  }

  async subscribe(all: readonly ReturnType<Room["tab"]>[]): Promise<void> {
    for (const { client, got } of all) client.subscribe("/a", ({ data }) => got.push(data));
    await settled();
    this.server.reply(SUBSCRIBE, { subscription: "/a" });
    await settled();
  }
}

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

  it.each([
    ["is killed", (tab: ReturnType<Room["tab"]>) => tab.kill()],
    ["disconnects", (tab: ReturnType<Room["tab"]>) => void tab.client.disconnect()],
    [
      "is put away",
      ({ page }: ReturnType<Room["tab"]>) =>
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
});
