import { MemoryStore } from "@encke/store-memory";
import { describe, expect, it } from "vitest";
import { deliveriesIn, Talker } from "../support/talker.ts";
import { STORE_KINDS, World } from "../support/world.ts";

const publication = (idempotencyKey: unknown) => ({
  ...{ channel: "/a", data: 1, ext: { idempotencyKey } },
});

async function received(world: World, talker: Talker): Promise<number> {
  return deliveriesIn(await world.answer(talker.poll({ advice: { timeout: 0 } }))).length;
}

describe.each(STORE_KINDS)("a message with a key, over $name", (kind) => {
  it("is published once, however often it is sent and by whomever", async () => {
    const world = new World({ kind });
    const talker = await world.subscriber("/a");
    const other = await world.subscriber("/b");
    const published: unknown[] = [];
    world.comet.on("published", ({ data }) => published.push(data));
    for (const sender of [talker, talker, other]) {
      const reply = await world.reply(sender.say(publication("k")));
      expect(reply).toMatchObject({ successful: true });
    }
    expect(published).toEqual([1]);
    expect(await received(world, talker)).toBe(1);
    expect(world.comet.stats().published).toBe(1);
  });

  it("is another one with another key, whatever the order", async () => {
    const world = new World({ kind });
    const talker = await world.subscriber("/a");
    for (const key of ["2", "1", "2", "3"]) await world.reply(talker.say(publication(key)));
    expect(await received(world, talker)).toBe(3);
  });

  it.each([["x".repeat(65)], [""], [7], [null], [{ length: 1 }]])(
    "is refused with the key %j",
    async (key) => {
      const world = new World({ kind });
      const talker = await world.subscriber("/a");
      expect(await world.reply(talker.say(publication(key)))).toMatchObject({
        successful: false,
        error: "400:ext.idempotencyKey:field_invalid",
      });
      expect(await received(world, talker)).toBe(0);
    },
  );
});

describe("the reply to a handshake", () => {
  it("says that keys count, to those who ask", async () => {
    const world = new World();
    const reply = await world.reply(
      new Talker(world.comet).handshake({ ext: { idempotency: true } }),
    );
    expect(reply.ext).toEqual({ idempotency: true });
    expect(await world.reply(new Talker(world.comet).handshake())).not.toHaveProperty("ext");
  });

  it("does not say so where the store does not know them, and then they do nothing", async () => {
    const memory = new MemoryStore();
    const capabilities = { ...memory.capabilities, producerKeys: false };
    const store = new Proxy(memory, {
      get: (target, name) => {
        if (name === "capabilities") return capabilities;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    const world = new World({ store });
    const talker = await world.subscriber("/a");
    const reply = await world.reply(
      new Talker(world.comet).handshake({ ext: { idempotency: true } }),
    );
    expect(reply).not.toHaveProperty("ext");
    for (let time = 0; time < 2; time++) await world.reply(talker.say(publication("k")));
    expect(await received(world, talker)).toBe(2);
  });
});
