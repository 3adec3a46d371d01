import type { ICometExtension, SubscribingEvent } from "@encke/core";
import { describe, expect, it } from "vitest";
import type { Talker } from "../support/talker.ts";
import { STORE_KINDS, World } from "../support/world.ts";

/** Notes when it is attached and detached. */
function noting(steps: string[]): ICometExtension {
  return {
    name: "noting",
    attach: (comet) => {
      steps.push(`attached to ${[...comet.clients].length} clients`);
      return () => steps.push("detached");
    },
  };
}

describe("an extension that wants to be attached", () => {
  it("is given the Comet once, and detached once when it is removed", async () => {
    const world = new World();
    await world.client();
    const steps: string[] = [];
    const remove = world.comet.use(noting(steps));
    expect(steps).toEqual(["attached to 1 clients"]);
    remove();
    remove();
    await world.close();
    expect(steps).toEqual(["attached to 1 clients", "detached"]);
  });

  it("is detached when the Comet closes, and not again when it is removed", async () => {
    const world = new World();
    const steps: string[] = [];
    const remove = world.comet.use(noting(steps));
    await world.close();
    remove();
    expect(steps).toEqual(["attached to 0 clients", "detached"]);
  });

  it("harms nobody when it cannot be detached at the end", async () => {
    const world = new World();
    const steps: string[] = [];
    world.comet.use({
      name: "clinging",
      attach: () => () => {
        throw new Error("expected");
      },
    });
    world.comet.use(noting(steps));
    await world.close();
    expect(steps.at(-1)).toBe("detached");
    expect(world.ports.lines).toContainEqual(
      expect.objectContaining({ text: "Something could not be closed." }),
    );
  });

  it("is not used at all when it cannot be attached", async () => {
    const world = new World();
    const broken: ICometExtension = {
      name: "broken",
      incoming: () => false,
      attach: () => {
        throw new Error("expected");
      },
    };
    expect(() => world.comet.use(broken)).toThrow("expected");
    expect((await world.client()).clientId).not.toBe("");
  });

  it("finds the clock and the store of the Comet", async () => {
    const world = new World();
    world.ports.advance(1_234);
    expect(world.comet.ports.now()).toBe(world.ports.now());
    expect(world.comet.store).toBe(world.store);
  });
});

it("an extension has a message answered with an error by giving it a fault", async () => {
  const world = new World();
  const talker = await world.connected();
  const published: unknown[] = [];
  world.comet.on("publishing", ({ message }) => published.push(message.data));
  world.comet.use({
    name: "picky",
    incoming: (message) => {
      if (message.data === "bad") message.fault = "400:data:bad_data";
    },
  });
  const [bad, good] = await world.answer(
    talker.say({ channel: "/a", data: "bad" }, { channel: "/a", data: "good" }),
  );
  expect(bad).toMatchObject({ successful: false, error: "400:data:bad_data" });
  expect(good).toMatchObject({ successful: true });
  expect(published).toEqual(["good"]);
});

describe.each(STORE_KINDS)("the question whether a client may subscribe, over $name,", (kind) => {
  async function ask(world: World, talker: Talker, channel: string): Promise<boolean> {
    const answers: boolean[] = [];
    const stop = world.comet.handle("/service/may", async (request) => {
      answers.push(await world.comet.maySubscribe(request, channel));
    });
    await world.answer(talker.publish("/service/may", {}));
    stop();
    return answers[0] as boolean;
  }

  it("is answered by the policies", async () => {
    const world = new World({
      kind,
      policies: {
        create: ({ channel }) => channel !== "/new",
        subscribe: async ({ channel }) => channel !== "/secret",
      },
    });
    const talker = await world.connected();
    expect(await ask(world, talker, "/open")).toBe(true);
    expect(await ask(world, talker, "/secret")).toBe(false);
    expect(await ask(world, talker, "/new")).toBe(false);
  });

  it("is answered by those who listen to subscribing, who see who asks and how", async () => {
    const world = new World({ kind });
    const talker = await world.connected();
    const seen: SubscribingEvent[] = [];
    world.comet.on("subscribing", (event) => {
      seen.push(event);
      if (event.channel === "/secret") event.cancel();
    });
    expect(await ask(world, talker, "/secret")).toBe(false);
    expect(await ask(world, talker, "/open")).toBe(true);
    expect(seen.map(({ channel, client }) => [channel, client.id])).toEqual([
      ["/secret", talker.clientId],
      ["/open", talker.clientId],
    ]);
    expect(seen[0]).toMatchObject({
      message: { channel: "/service/may" },
      context: { transport: "long-polling" },
    });
  });

  it("changes nothing", async () => {
    const world = new World({ kind });
    const talker = await world.connected();
    expect(await ask(world, talker, "/a")).toBe(true);
    expect(world.comet.client(talker.clientId)?.subscriptions).toEqual([]);
  });

  it.each(["/meta/connect", "/**", "no channel", "/a//b", `/${"a".repeat(300)}`])(
    "is answered no for %s",
    async (channel) => {
      const world = new World({ kind });
      expect(await ask(world, await world.connected(), channel)).toBe(false);
    },
  );

  it("is answered no for a client that is gone", async () => {
    const world = new World({ kind });
    const talker = await world.connected();
    const client = world.comet.client(talker.clientId)!;
    const question = { client, message: { channel: "/a" }, context: {} as never };
    await world.answer(talker.disconnect());
    expect(await world.comet.maySubscribe(question, "/a")).toBe(false);
  });
});
