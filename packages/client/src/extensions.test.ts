import { describe, expect, it } from "vitest";
import type { Message } from "./message.ts";
import { settled } from "./testing/fake-world.ts";
import { CONNECT, connect, HANDSHAKE, SUBSCRIBE, stage } from "./testing/stage.ts";

describe("extensions", () => {
  it("see and change all messages in both directions, in their order, until they are taken away", async () => {
    const at = stage();
    const seen: string[] = [];
    const remove = at.client.use({
      outgoing: (message) => {
        seen.push(`out ${message.channel}`);
        return { ...message, ext: { mark: 1 } };
      },
      incoming: (message) => void seen.push(`in ${message.channel}`),
    });
    at.client.use({ outgoing: ({ ext }) => void seen.push(`mark ${String(ext?.mark)}`) });
    await connect(at);
    expect(seen.slice(0, 4)).toEqual([
      "out /meta/handshake",
      "mark 1",
      "in /meta/handshake",
      "out /meta/connect",
    ]);
    expect(at.factory.latest.last(HANDSHAKE).ext).toEqual({ mark: 1 });
    const before = seen.length;
    remove();
    at.factory.latest.host.receive([{ channel: "/a", data: 1 }]);
    expect(seen).toHaveLength(before);
  });

  it("take messages out by giving null", async () => {
    const at = stage();
    await connect(at);
    const received: unknown[] = [];
    at.client.subscribe("/a", ({ data }) => received.push(data));
    at.client.use({
      incoming: ({ data }) => (data === 1 ? null : undefined),
      outgoing: ({ channel }) => (channel === "/b" ? null : undefined),
    });
    at.factory.latest.host.receive([
      { channel: "/a", data: 1 },
      { channel: "/a", data: 2 },
    ]);
    expect(received).toEqual([2]);
    await expect(at.client.publish("/b", 1)).rejects.toMatchObject({ code: "message_deleted" });
    expect(() => at.factory.latest.last("/b")).toThrow();
  });

  it("harm nothing by throwing", async () => {
    const at = stage();
    at.client.use({
      incoming: () => {
        throw new Error("mine");
      },
    });
    await connect(at);
    expect(at.client.state).toBe("connected");
    expect(at.events.filter((event) => event === "error").length).toBeGreaterThan(0);
  });

  it("may send messages while they see others, each of which goes once", async () => {
    const at = stage();
    await connect(at);
    const remove = at.client.use({
      outgoing: ({ channel }) => {
        if (channel !== "/a") return;
        remove();
        at.client.publish("/b", 1).catch(() => undefined);
      },
    });
    const before = at.factory.latest.sent.length;
    at.client.batch(() => {
      for (const channel of ["/a", "/c"]) at.client.publish(channel, 1).catch(() => undefined);
    });
    const sent = at.factory.latest.sent.slice(before).map(({ channel }) => channel);
    expect(sent.toSorted()).toEqual(["/a", "/b", "/c"]);
  });

  it("are told of what gets no answer", async () => {
    const at = stage();
    await connect(at);
    const failed: unknown[] = [];
    at.client.use({ failed: ({ channel }, { code }) => void failed.push([channel, code]) });
    at.client.publish("/a", 1).catch(() => undefined);
    at.factory.latest.host.fail(new Error("broken"));
    expect(failed).toEqual([
      [CONNECT, "connection_failed"],
      ["/a", "connection_failed"],
    ]);
  });
});

describe("listeners of meta channels", () => {
  it("are called with replies, successful or not, until they are taken away", async () => {
    const at = stage();
    const all: string[] = [];
    const subscribes: (readonly unknown[])[] = [];
    at.client.listen("/meta/*", ({ channel }) => all.push(channel));
    const stop = at.client.listen(SUBSCRIBE, (reply: Message) =>
      subscribes.push([reply.subscription, reply.successful, reply.error]),
    );
    await connect(at);
    expect(all).toEqual([HANDSHAKE, CONNECT]);
    const refused = at.client.subscribe("/secret", () => undefined);
    const fields = { subscription: "/secret", successful: false, error: "403::no" };
    at.factory.latest.reply(SUBSCRIBE, fields);
    await expect(refused.ready).rejects.toMatchObject({ code: "no" });
    expect(subscribes).toEqual([["/secret", false, "403::no"]]);
    stop();
    at.client.subscribe("/b", () => undefined);
    at.factory.latest.reply(SUBSCRIBE);
    await settled();
    expect(subscribes).toHaveLength(1);
  });
});
