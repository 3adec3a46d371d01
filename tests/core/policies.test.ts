import type { Verdict } from "@encke/core";
import { describe, expect, it } from "vitest";
import { deliveriesIn, Talker } from "../support/talker.ts";
import { LATER, STORE_KINDS, World } from "../support/world.ts";

interface Asked {
  readonly channel: string;
}

/** Everything is allowed but what is in the list, which may be changed at any time. */
function denying(...denied: string[]): {
  denied: Set<string>;
  asked: string[];
  policy(about: Asked): boolean;
} {
  const asked: string[] = [];
  const list = new Set(denied);
  return {
    denied: list,
    asked,
    policy: ({ channel }) => {
      asked.push(channel);
      return !list.has(channel);
    },
  };
}

async function publish(world: World, ...channels: readonly string[]): Promise<void> {
  for (const channel of channels) void world.comet.publish(channel, channel);
  await world.settle();
}

async function receivedBy(world: World, talker: Talker): Promise<unknown[]> {
  return deliveriesIn(await world.answer(talker.poll())).map(({ data }) => data);
}

describe.each(STORE_KINDS)("the policy for subscriptions, over $name,", (kind) => {
  it("is asked for each channel that a wildcard covers, once, before its first message", async () => {
    const { policy, asked } = denying("/a/secret");
    const world = new World({ kind, policies: { subscribe: policy } });
    const talker = await world.subscriber("/a/*");
    await publish(world, "/a/open", "/a/secret", "/a/open", "/a/secret");
    expect(await receivedBy(world, talker)).toEqual(["/a/open", "/a/open"]);
    expect(asked).toEqual(["/a/*", "/a/open", "/a/secret"]);
  });

  it("may take its time: what comes after waits, and the order stays", async () => {
    const subscribe = async ({ channel }: Asked): Promise<boolean> => {
      for (let turn = 0; turn < 50; turn++) await Promise.resolve();
      return channel !== "/a/2";
    };
    const world = new World({ kind, policies: { subscribe } });
    const talker = await world.subscriber("/a/*");
    await publish(world, "/a/1", "/a/2", "/a/3", "/a/1");
    await world.pass(100);
    expect(await receivedBy(world, talker)).toEqual(["/a/1", "/a/3", "/a/1"]);
  });

  it("gives what it refuses to a wildcard to those who were allowed to name it", async () => {
    const { policy, denied } = denying();
    const world = new World({ kind, policies: { subscribe: policy } });
    const talker = await world.subscriber("/a/*", "/a/b");
    denied.add("/a/b");
    await publish(world, "/a/b");
    expect(await receivedBy(world, talker)).toEqual(["/a/b"]);
  });
});

describe("a look at rights that have changed", () => {
  it("takes what is refused now, says which, and tells listeners", async () => {
    const { policy, denied } = denying();
    const world = new World({ policies: { subscribe: policy } });
    const heard: string[] = [];
    world.comet.on("unsubscribed", ({ channel }) => heard.push(channel));
    const talker = await world.subscriber("/a", "/b", "/c/*");
    denied.add("/b");
    expect(await world.comet.recheck(talker.clientId)).toEqual(["/b"]);
    expect(heard).toEqual(["/b"]);
    await publish(world, "/a", "/b");
    expect(await receivedBy(world, talker)).toEqual(["/a"]);
  });

  it("forgets what was decided for channels that a wildcard covers", async () => {
    const { policy, denied } = denying();
    const world = new World({ policies: { subscribe: policy } });
    const talker = await world.subscriber("/a/*");
    await publish(world, "/a/b");
    denied.add("/a/b");
    expect(await world.comet.recheck(talker.clientId)).toEqual([]);
    await publish(world, "/a/b");
    expect(await receivedBy(world, talker)).toEqual(["/a/b"]);
  });

  it("finds nothing of a client that is not there", async () => {
    expect(await new World().comet.recheck("nobody")).toEqual([]);
  });
});

describe("the policy for new channels", () => {
  it("is asked about channels to which nobody is subscribed, and no others", async () => {
    const { policy, asked } = denying("/new");
    const world = new World({ policies: { create: policy } });
    const talker = await world.subscriber("/old");
    expect(await world.reply(talker.publish("/old", 1))).toMatchObject({ successful: true });
    expect(await world.reply(talker.publish("/new", 1))).toMatchObject({
      error: "403:/new:create_denied",
    });
    expect(await world.reply(talker.subscribe("/new"))).toMatchObject({
      error: "403:/new:create_denied",
    });
    expect(asked).toEqual(["/old", "/new", "/new"]);
  });

  it("has nothing to say about service channels, to which nobody can be subscribed", async () => {
    const world = new World({ policies: { create: () => false } });
    const talker = await world.connected();
    expect(await world.reply(talker.publish("/service/time", 1))).toMatchObject({
      successful: true,
    });
  });
});

describe("the policy for handshakes", () => {
  it("decides what is kept with the client, and listeners may add to it", async () => {
    const handshake = (): Verdict => ({ allow: true, data: { name: "ann" } });
    const world = new World({ policies: { handshake } });
    world.comet.on("handshaking", (event) => {
      event.data.role = "guest";
    });
    const { clientId } = await world.client();
    expect(world.comet.client(clientId)?.data).toEqual({ name: "ann", role: "guest" });
  });

  it("is told who asks, and has its reason and advice passed on", async () => {
    const advice = { reconnect: "handshake", interval: 3_000 } as const;
    const world = new World({
      policies: {
        handshake: ({ message, context }) => ({
          allow: false,
          reason: `${String(message.ext?.token)} of ${context.remoteAddress}`,
          advice,
        }),
      },
    });
    const talker = new Talker(world.comet, { remoteAddress: "192.0.2.1" });
    expect(await world.reply(talker.handshake({ ext: { token: "t" } }))).toMatchObject({
      successful: false,
      error: "403::t of 192.0.2.1",
      advice,
    });
  });
});

describe("a permission that is valid for a time", () => {
  const handshake = (): Verdict => ({ allow: true, validFor: 5_000 });

  it("ends the client when nobody renews it, and closes its connection", async () => {
    const world = new World({ policies: { handshake } });
    const heard: unknown[] = [];
    world.comet.on("disconnected", ({ reason }) => heard.push(reason));
    let closed = 0;
    const talker = await world.client({ connection: { close: () => closed++ } });
    await world.answer(talker.poll());
    const poll = talker.poll();
    await world.pass(4_900);
    expect(poll.responder.isOver).toBe(false);
    await world.pass(300);
    expect(await world.reply(poll)).toMatchObject({ advice: { reconnect: "none" } });
    expect(heard).toEqual(["expired"]);
    expect(closed).toBe(1);
    expect(world.comet.stats().timers).toBe(1);
  });

  it("ends the client when the policy that renews it never answers", async () => {
    const renew = (): Promise<Verdict> => new Promise(() => undefined);
    const world = new World({
      policies: { handshake: () => ({ allow: true, validFor: 1_000 }), renew },
      limits: { handlerTimeout: 2_000 },
    });
    const talker = await world.connected();
    talker.poll();
    await world.pass(2_900);
    expect(world.comet.client(talker.clientId ?? "")?.isAlive).toBe(true);
    await world.pass(400);
    expect(world.comet.stats().clients).toBe(0);
  });

  it("is renewed as often as the policy says", async () => {
    const answers: Verdict[] = [{ allow: true, validFor: 2_000 }, { allow: true }];
    const renew = (): Verdict => answers.shift() ?? false;
    const world = new World({ policies: { handshake, renew } });
    const talker = await world.connected();
    talker.poll();
    await world.pass(7_200);
    expect(answers).toEqual([]);
    await world.pass(10_000);
    expect(world.comet.client(talker.clientId)?.isAlive).toBe(true);
  });

  it("ends quietly, and harms nobody, when the store fails", async () => {
    const world = new World({ kind: LATER, policies: { handshake } });
    const talker = await world.connected();
    talker.poll();
    world.scheduler.failNext("clients.destroy", new Error("no disk"));
    await world.pass(5_300);
    expect(world.comet.client(talker.clientId)).toBeUndefined();
    expect(world.ports.lines).toMatchObject([{ level: "error" }]);
  });

  it("does not outlive its client", async () => {
    const world = new World({ policies: { handshake } });
    const talker = await world.client();
    expect(world.comet.stats().timers).toBe(3);
    await world.answer(talker.disconnect());
    expect(world.comet.stats().timers).toBe(1);
  });
});

describe("as many clients as the limits allow", () => {
  it("may come from one address, and one more when one has gone", async () => {
    const world = new World({ limits: { clientsPerAddress: 2 } });
    const from = { remoteAddress: "192.0.2.1" };
    const first = await world.client(from);
    await world.client(from);
    const late = new Talker(world.comet, from);
    expect(await world.reply(late.handshake())).toMatchObject({
      successful: false,
      error: "429::too_many_clients",
      advice: { reconnect: "none" },
    });
    await world.answer(first.disconnect());
    expect(await world.reply(late.handshake())).toMatchObject({ successful: true });
  });

  it("may have as many subscriptions as the limits allow, those that they have already not counted twice", async () => {
    const world = new World({ limits: { subscriptionsPerClient: 3, subscriptionsPerMessage: 2 } });
    const talker = await world.subscriber("/a", "/b");
    const tooMany = { successful: false, error: "429::too_many_subscriptions" };
    expect(await world.reply(talker.subscribe("/c", "/d"))).toMatchObject(tooMany);
    expect(await world.reply(talker.subscribe("/b", "/c"))).toMatchObject({ successful: true });
    expect(await world.reply(talker.subscribe("/a", "/b", "/c"))).toMatchObject(tooMany);
    expect(await world.reply(talker.subscribe("/d"))).toMatchObject(tooMany);
    expect(world.comet.client(talker.clientId)?.subscriptions).toEqual(["/a", "/b", "/c"]);
  });
});
