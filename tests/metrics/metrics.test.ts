import { readFile } from "node:fs/promises";
import { metrics } from "@encke/metrics";
import { Registry } from "prom-client";
import { describe, expect, it } from "vitest";
import { World, type WorldOptions } from "../support/world.ts";

interface Metered {
  readonly world: World;
  readonly registry: Registry;
  readonly remove: () => void;
  /** The value of a figure with these labels. */
  value(name: string, labels?: Readonly<Record<string, string>>): Promise<number | undefined>;
}

function metered(options: WorldOptions = {}, channels: readonly string[] = []): Metered {
  const registry = new Registry();
  const world = new World(options);
  const remove = world.comet.use(metrics({ registry, channels }));
  return {
    world,
    registry,
    remove,
    async value(name, labels = {}) {
      const all = (await registry.getSingleMetric(name)?.get())?.values ?? [];
      return all.find((one) => JSON.stringify(one.labels) === JSON.stringify(labels))?.value;
    },
  };
}

describe("metrics", () => {
  it("tell what the Comet's own figures tell, at the moment when they are asked for", async () => {
    const { world, value } = metered();
    const talker = await world.subscriber("/a");
    talker.poll();
    await world.settle();
    await world.comet.publish("/a", 1);
    await world.settle();
    expect(await value("encke_clients")).toBe(1);
    expect(await value("encke_subscriptions")).toBe(1);
    expect(await value("encke_published_total")).toBe(1);
    expect(await value("encke_published_total")).toBe(1);
    await world.comet.disconnect(talker.clientId);
    expect(await value("encke_clients")).toBe(0);
    expect(await value("encke_clients_ended_total")).toBe(1);
  });

  it("tell channels apart by the closest pattern that was named, and never by their names", async () => {
    const { world, registry, value } = metered({}, ["/chat/**", "/chat/*"]);
    await world.subscriber("/chat/*", "/secret/room");
    for (const channel of ["/chat/a", "/chat/b", "/chat/a/b", "/secret/room"]) {
      await world.comet.publish(channel, 1);
    }
    expect(await value("encke_messages_total", { channel: "/chat/*" })).toBe(2);
    expect(await value("encke_messages_total", { channel: "/chat/**" })).toBe(1);
    expect(await value("encke_messages_total", { channel: "other" })).toBe(1);
    expect(await value("encke_subscribes_total", { channel: "/chat/*" })).toBe(1);
    expect(await registry.metrics()).not.toContain("secret");
  });

  it.each(["/chat/*", ["chat"], ["/chat/*/a"], [17]])("refuse channels like %j", (channels) => {
    expect(() => metrics({ channels: channels as string[] })).toThrow(
      expect.objectContaining({ code: "options_invalid" }),
    );
  });

  it("count why clients go, with one word for all reasons of the application", async () => {
    const { world, registry, value } = metered();
    await world.answer((await world.connected()).disconnect());
    await world.comet.disconnect((await world.connected()).clientId, "spoke of Bruno");
    expect(await value("encke_disconnects_total", { reason: "disconnect" })).toBe(1);
    expect(await value("encke_disconnects_total", { reason: "other" })).toBe(1);
    expect(await registry.metrics()).not.toContain("Bruno");
  });

  it("count what was thrown away, by policy", async () => {
    const { world, value } = metered({ limits: { mailboxMessages: 1 } });
    await world.subscriber("/a");
    for (const data of [1, 2, 3]) await world.comet.publish("/a", data);
    const labels = { channel: "other", policy: "drop-oldest" };
    expect(await value("encke_overflow_total", labels)).toBe(2);
    expect(await value("encke_dropped_total")).toBe(2);
  });

  it("measure how long messages take, by what they ask for", async () => {
    const { world, registry } = metered();
    const talker = await world.connected();
    await world.answer(talker.publish("/a", 1));
    const text = await registry.metrics();
    for (const kind of ["handshake", "connect", "publish"]) {
      expect(text).toContain(`encke_message_seconds_count{kind="${kind}"} 1`);
    }
  });

  it("leave the registry as it was when they are taken away", async () => {
    const { world, registry, remove } = metered();
    remove();
    expect(registry.getMetricsAsArray()).toEqual([]);
    await world.comet.publish("/a", 1);
    world.comet.use(metrics({ registry }));
    expect(registry.getMetricsAsArray().length).toBeGreaterThan(0);
  });

  it("are all in the reference, with their types and labels", async () => {
    const { world, registry } = metered();
    await world.connected();
    const page = await readFile(
      new URL("../../docs/reference/metrics.md", import.meta.url),
      "utf8",
    );
    const rows = [...page.matchAll(/^\| `(encke_\w+)` \| (\w+) \| ([^|]*) \|/gm)].map(
      ([, name, type, labels]) => `${name} ${type} ${labels?.replaceAll("`", "").trim()}`,
    );
    const registered = registry.getMetricsAsArray().map((metric) => {
      const { name, type, labelNames } = metric as unknown as {
        readonly name: string;
        readonly type?: string;
        readonly labelNames: readonly string[];
      };
      return `${name} ${type ?? kindOf(metric)} ${labelNames.join(", ")}`;
    });
    expect(rows.sort()).toEqual(registered.sort());
  });
});

function kindOf(metric: object): string {
  return metric.constructor.name.toLowerCase();
}
