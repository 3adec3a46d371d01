import { describe, expect, it } from "vitest";
import { deliveriesIn, type Said, Talker } from "../support/talker.ts";
import { AT_ONCE, LATER, WORKS_LATER, World } from "../support/world.ts";

const CAUSE = new Error("secret");
const FAILED = { successful: false, error: "500::server_error" };
const CONNECT = { channel: "/meta/connect", connectionType: "long-polling" };

/** The ways in which code of others does not do what it should. */
const FAILINGS: readonly [string, () => never | Promise<never>][] = [
  [
    "throws",
    () => {
      throw CAUSE;
    },
  ],
  ["rejects", () => Promise.reject(CAUSE)],
  ["rejects later, and is no promise", rejecting],
];
const SILENCE = new Promise<never>(() => {});

describe("a call of the store that fails", () => {
  it("to append costs its message, and no other of the request", async () => {
    const world = new World({ kind: LATER });
    const reader = await world.subscriber("/a");
    const talker = await world.client();
    world.scheduler.failNext("log.append", CAUSE);
    const publish = (data: unknown): Said => ({ channel: "/a", data });
    expect(await world.answer(talker.say(publish(1), publish(2)))).toMatchObject([
      FAILED,
      { successful: true },
    ]);
    expect(deliveriesIn(await world.answer(reader.poll()))).toMatchObject([{ data: 2 }]);
  });

  it("to subscribe leaves nothing of what was asked for", async () => {
    const world = new World({ kind: LATER });
    const heard: unknown[] = [];
    world.comet.on("subscribed", ({ channel }) => heard.push(channel));
    const talker = await world.client();
    const subscribing = talker.subscribe("/a", "/b");
    await world.scheduler.settle();
    world.scheduler.failNext("clients.subscribe", CAUSE);
    expect(await world.reply(subscribing)).toMatchObject(FAILED);
    expect(world.comet.stats().subscriptions).toBe(0);
    expect(heard).toEqual([]);
    expect(await world.reply(talker.subscribe("/a"))).toMatchObject({ successful: true });
  });

  it("to create makes no client", async () => {
    const world = new World({ kind: LATER });
    world.scheduler.failNext("clients.create", CAUSE);
    const reply = await world.reply(new Talker(world.comet).handshake());
    expect(reply).toMatchObject(FAILED);
    expect(reply).not.toHaveProperty("clientId");
    expect(world.comet.stats()).toMatchObject({ clients: 0, timers: 1 });
  });

  it("to find a client costs that request, and the next one tries again", async () => {
    const world = new World({ kind: LATER });
    const talker = new Talker(world.comet);
    talker.clientId = "unknown";
    world.scheduler.failNext("clients.claim", CAUSE);
    expect(await world.reply(talker.publish("/a", 1))).toMatchObject(FAILED);
    expect(await world.reply(talker.publish("/a", 1))).toMatchObject({
      error: "402::session_unknown",
    });
  });

  it("to open refuses every request, and everybody who publishes", async () => {
    const world = new World({ kind: WORKS_LATER });
    world.scheduler.failNext("store.open", CAUSE);
    expect(await world.reply(new Talker(world.comet).handshake())).toMatchObject(FAILED);
    await expect(world.comet.opened).rejects.toMatchObject({ code: "store_failed", cause: CAUSE });
    await expect(world.comet.publish("/a", 1)).rejects.toMatchObject({ code: "store_failed" });
  });

  it("to be kept in order is tried again", async () => {
    const world = new World({ kind: LATER });
    const talker = await world.connected();
    world.scheduler.failNext("clients.touch", CAUSE);
    talker.poll();
    await world.pass(25_000);
    expect(world.ports.lines).toMatchObject([{ level: "warn", details: { cause: CAUSE } }]);
    expect(world.comet.stats()).toMatchObject({ clients: 1, timers: 2 });
  });
});

describe.each(FAILINGS)("what %s", (_, fail) => {
  it("as a policy or a listener refuses, and does not say why", async () => {
    const world = new World({
      policies: { handshake: ({ message }) => (message.ext === undefined ? true : fail()) },
    });
    const refused = await world.reply(new Talker(world.comet).handshake({ ext: {} }));
    expect(refused).toMatchObject({ error: "403::handshake_denied" });
    const talker = await world.client();
    world.comet.on("subscribing", fail);
    world.comet.on("publishing", fail);
    world.comet.on("connecting", fail);
    world.comet.on("disconnecting", fail);
    for (const [exchange, error] of [
      [talker.subscribe("/a"), "403:/a:subscribe_denied"],
      [talker.publish("/a", 1), "403:/a:publish_denied"],
      [talker.publish("/service/a", 1), "403:/service/a:publish_denied"],
      [talker.poll(), "403::connect_denied"],
      [talker.disconnect(), "403::disconnect_denied"],
    ] as const) {
      expect(await world.reply(exchange)).toMatchObject({ successful: false, error });
    }
    expect(world.comet.stats()).toMatchObject({ clients: 1, subscriptions: 0, published: 0 });
    expect(world.ports.lines).toHaveLength(6);
  });

  it("as a service handler is answered with an error of no detail", async () => {
    const world = new World();
    world.comet.handle("/service/a", fail);
    const talker = await world.client();
    const replies = await world.answer(
      talker.say({ channel: "/service/a", data: 1 }, { channel: "/a", data: 1 }),
    );
    expect(replies).toMatchObject([FAILED, { successful: true }]);
    expect(JSON.stringify(replies)).not.toContain("secret");
    expect(world.ports.lines).toMatchObject([{ level: "error", details: { cause: CAUSE } }]);
  });

  it("as a handler put in the place of one of ours is answered the same way", async () => {
    const handlers = { "/meta/subscribe": { handleMessage: fail } };
    const world = new World({ handlers });
    const talker = await world.client();
    expect(await world.reply(talker.subscribe("/a"))).toMatchObject(FAILED);
  });

  it("as an extension for incoming messages keeps them from being handled", async () => {
    const world = new World();
    const talker = await world.client();
    world.comet.use({ name: "faulty", incoming: fail });
    expect(await world.reply(talker.publish("/a", 1))).toMatchObject(FAILED);
    expect(world.comet.stats().published).toBe(0);
  });

  it("as an extension for outgoing messages keeps the reply from going out as it was", async () => {
    const world = new World();
    const talker = await world.client();
    world.comet.handle("/service/a", () => "for eyes that are allowed");
    world.comet.use({ name: "faulty", outgoing: fail });
    expect(await world.answer(talker.publish("/service/a", 1))).toMatchObject([FAILED]);
  });

  it("as an extension for outgoing messages keeps a delivery from going out", async () => {
    const world = new World();
    world.comet.use({
      name: "faulty",
      outgoing: ({ data }) => (data === undefined ? true : fail()),
    });
    const talker = await world.subscriber("/a");
    expect(await world.reply(talker.publish("/a", 1))).toMatchObject(FAILED);
    await expect(world.comet.publish("/a", 1)).rejects.toBe(CAUSE);
    expect(world.comet.client(talker.clientId)?.waiting).toBe(0);
  });

  it("as a listener of a fact harms nobody", async () => {
    const world = new World();
    for (const name of [
      "handshaken",
      "subscribed",
      "published",
      "delivered",
      "disconnected",
    ] as const) {
      world.comet.on(name, fail);
    }
    const talker = await world.subscriber("/a");
    const poll = talker.poll();
    expect(await world.reply(talker.publish("/a", 1))).toMatchObject({ successful: true });
    expect(deliveriesIn(await world.answer(poll))).toMatchObject([{ data: 1 }]);
    expect(await world.reply(talker.disconnect())).toMatchObject({ successful: true });
  });
});

describe("what never answers", () => {
  const limits = { handlerTimeout: 1_000 };

  it.each([
    ["a policy", { policies: { publish: () => SILENCE } }],
    ["a handler", { handlers: { publish: { handleMessage: () => SILENCE } } }],
  ])(
    "as %s costs its message in the end, and holds nothing else up for ever",
    async (_, options) => {
      const world = new World({ ...options, limits });
      const talker = await world.client();
      const batch = talker.say(
        { channel: "/a", data: 1 },
        { channel: "/meta/subscribe", subscription: "/b" },
      );
      const next = talker.subscribe("/c");
      await world.pass(900);
      expect(batch.responder.isOver).toBe(false);
      await world.pass(300);
      expect(await world.answer(batch)).toMatchObject([
        { successful: false, error: "503::handler_timeout" },
        { successful: true },
      ]);
      expect(await world.reply(next)).toMatchObject({ successful: true });
      expect(world.comet.stats().timers).toBe(2);
    },
  );

  it.each(["incoming", "outgoing"])(
    "as an extension for %s messages costs its message as well",
    async (side) => {
      const world = new World({ limits });
      const talker = await world.client();
      world.comet.use({ name: "silent", [side]: () => SILENCE });
      const exchange = talker.publish("/a", 1);
      // A publish goes out twice: to subscribers, and as a reply.
      await world.pass(2_300);
      expect(await world.reply(exchange)).toMatchObject({ error: "503::handler_timeout" });
    },
  );

  it("as the policy for a channel that a wildcard covers costs its message, and not those behind it", async () => {
    const subscribe = ({ channel }: { channel: string }) => channel !== "/a/slow" || SILENCE;
    const world = new World({ limits, policies: { subscribe } });
    const talker = await world.subscriber("/a/*");
    const poll = talker.poll();
    for (const channel of ["/a/slow", "/a/quick"]) await world.comet.publish(channel, 1);
    await world.settle();
    expect(poll.responder.isOver).toBe(false);
    await world.pass(1_200);
    expect(deliveriesIn(await world.answer(poll))).toMatchObject([{ channel: "/a/quick" }]);
  });
});

describe("what cancels", () => {
  it("has the peer told the reason, and given the advice", async () => {
    const world = new World({ kind: AT_ONCE });
    const talker = await world.connected();
    const advice = { reconnect: "handshake", interval: 500 } as const;
    world.comet.on("connecting", (event) => event.cancel("not: now", advice));
    expect(await world.reply(talker.poll())).toMatchObject({
      successful: false,
      error: "403::not%3A now",
      advice,
    });
    world.comet.on("handshaking", async (event) => event.cancel("go away"));
    expect(await world.reply(new Talker(world.comet).handshake())).toMatchObject({
      error: "403::go away",
      advice: { reconnect: "none" },
    });
  });

  it("has the server told when it publishes itself", async () => {
    const world = new World();
    world.comet.on("publishing", "/a/*", (event) => event.cancel("no"));
    await expect(world.comet.publish("/a/b", 1)).rejects.toMatchObject({
      code: "publish_cancelled",
    });
    await expect(world.comet.publish("/b", 1)).resolves.toBeUndefined();
  });
});

describe("a reply that cannot be written", () => {
  it("because of an extension is answered with an error, held or not", async () => {
    const world = new World({ timeout: 1_000 });
    const talker = await world.connected();
    world.comet.use({
      name: "faulty",
      outgoing: (message) => {
        message.ext = { count: 1n };
      },
    });
    expect(await world.reply(talker.say({ channel: "/a", data: 1 }))).toMatchObject(FAILED);
    expect(await world.reply(talker.poll())).toMatchObject(FAILED);
    expect(await world.answer(talker.say(CONNECT, { channel: "/a", data: 1 }))).toHaveLength(2);
    expect(world.comet.stats().held).toBe(0);
  });

  it("because of a service handler costs its message alone", async () => {
    const world = new World();
    world.comet.handle("/service/a", () => 1n);
    const talker = await world.client();
    const replies = talker.say({ channel: "/service/a", data: 1 }, { channel: "/a", data: 1 });
    expect(await world.answer(replies)).toMatchObject([FAILED, { successful: true }]);
  });
});

/** What can be awaited, as query builders hand it out: its `then` returns nothing. */
function rejecting(): Promise<never> {
  const then = (_: unknown, reject: (cause: unknown) => void): void => {
    queueMicrotask(() => reject(CAUSE));
  };
  return { then } as Promise<never>;
}
