import { describe, expect, it } from "vitest";
import type { LocalClient } from "../clients/client.ts";
import { Cancellation } from "./cancellation.ts";
import type { SubscribingEvent } from "./comet-events.ts";
import { EventHub } from "./event-hub.ts";

class Subscribing extends Cancellation implements SubscribingEvent {
  readonly channel: string;
  readonly client = {} as LocalClient;
  readonly message = { channel: "/meta/subscribe" };
  replay = undefined;
  readonly context = {} as SubscribingEvent["context"];

  constructor(channel: string) {
    super();
    this.channel = channel;
  }
}

function hubWithLog(): { hub: EventHub; logged: unknown[] } {
  const logged: unknown[] = [];
  const hub = new EventHub((level, _text, details) =>
    logged.push([level, (details as { cause: unknown }).cause]),
  );
  return { hub, logged };
}

function published(channel: string): { channel: string; data: unknown; position: number } {
  return { channel, data: 1, position: 1 };
}

describe("asking", () => {
  it("asks the listeners in the order in which they came, each when the one before has answered", async () => {
    const { hub } = hubWithLog();
    const asked: string[] = [];
    hub.on("subscribing", async () => {
      await Promise.resolve();
      asked.push("first");
    });
    hub.on("subscribing", () => asked.push("second"));
    const event = new Subscribing("/a");
    await hub.ask("subscribing", event);
    expect(asked).toEqual(["first", "second"]);
    expect(event.isCancelled).toBe(false);
  });

  it("answers at once when all listeners do", () => {
    const { hub } = hubWithLog();
    hub.on("subscribing", () => true);
    expect(hub.ask("subscribing", new Subscribing("/a"))).toBeUndefined();
  });

  it("asks nobody any more once one has cancelled", async () => {
    for (const isLate of [false, true]) {
      const { hub } = hubWithLog();
      let asked = 0;
      hub.on("subscribing", (event) => {
        if (!isLate) return event.cancel("no", { reconnect: "none" });
        return Promise.resolve().then(() => event.cancel("no", { reconnect: "none" }));
      });
      hub.on("subscribing", () => asked++);
      const event = new Subscribing("/a");
      await hub.ask("subscribing", event);
      expect(event).toMatchObject({
        isCancelled: true,
        reason: "no",
        advice: { reconnect: "none" },
      });
      expect(asked).toBe(0);
    }
  });

  it.each([
    [
      "throws",
      () => {
        throw new Error("secret");
      },
    ],
    ["rejects", () => Promise.reject(new Error("secret"))],
  ])(
    "takes a listener that %s for one that cancels, and keeps why to itself",
    async (_, listener) => {
      const { hub, logged } = hubWithLog();
      let asked = 0;
      hub.on("subscribing", listener);
      hub.on("subscribing", () => asked++);
      const event = new Subscribing("/a");
      await hub.ask("subscribing", event);
      expect(event.isCancelled).toBe(true);
      expect(event.reason).toBeUndefined();
      expect(asked).toBe(0);
      expect(logged).toEqual([["error", new Error("secret")]]);
    },
  );

  it("lets the first to cancel decide", () => {
    const event = new Subscribing("/a");
    event.cancel("first", { interval: 1 });
    event.cancel("second", { interval: 2 });
    expect(event).toMatchObject({ reason: "first", advice: { interval: 1 } });
  });
});

describe("stating", () => {
  it("harms nobody when a listener throws or rejects", async () => {
    const { hub, logged } = hubWithLog();
    const heard: unknown[] = [];
    hub.on("published", () => {
      throw new Error("one");
    });
    hub.on("published", () => Promise.reject(new Error("two")));
    hub.on("published", ({ data }) => heard.push(data));
    hub.state("published", published("/a"));
    await Promise.resolve();
    await Promise.resolve();
    expect(heard).toEqual([1]);
    expect(logged).toEqual([
      ["error", new Error("one")],
      ["error", new Error("two")],
    ]);
  });
});

describe("a listener", () => {
  it("with a pattern hears of what the pattern covers, and of patterns that it overlaps", () => {
    const { hub } = hubWithLog();
    const heard: string[] = [];
    hub.on("subscribing", "/chat/secret", ({ channel }) => heard.push(channel));
    for (const channel of ["/chat/secret", "/chat/open", "/chat/*", "/**", "/chat/secret/*"]) {
      expect(hub.ask("subscribing", new Subscribing(channel))).toBeUndefined();
    }
    expect(heard).toEqual(["/chat/secret", "/chat/*", "/**"]);
  });

  it("hears nothing any more once it is disposed of, twice or once", () => {
    const { hub } = hubWithLog();
    const heard: string[] = [];
    const cancelFirst = hub.on("published", () => heard.push("first"));
    hub.on("published", () => heard.push("second"));
    cancelFirst();
    cancelFirst();
    hub.state("published", published("/a"));
    expect(heard).toEqual(["second"]);
  });

  it("that is registered twice is two", () => {
    const { hub } = hubWithLog();
    let heard = 0;
    const listener = (): unknown => heard++;
    const cancel = hub.on("published", listener);
    hub.on("published", listener);
    cancel();
    hub.state("published", published("/a"));
    expect(heard).toBe(1);
  });

  it("may come and go while others are told", () => {
    const { hub } = hubWithLog();
    const heard: string[] = [];
    const cancel = hub.on("published", () => {
      heard.push("first");
      cancel();
      hub.on("published", () => heard.push("late"));
    });
    hub.on("published", () => heard.push("second"));
    hub.state("published", published("/a"));
    expect(heard).toEqual(["first", "second"]);
  });

  it("is known to be there, or not", () => {
    const { hub } = hubWithLog();
    expect(hub.has("published")).toBe(false);
    const cancel = hub.on("published", "/a", () => {});
    expect(hub.has("published")).toBe(true);
    expect(hub.has("publishing")).toBe(false);
    cancel();
    expect(hub.has("published")).toBe(false);
  });
});
