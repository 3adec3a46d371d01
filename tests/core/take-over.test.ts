import { MemoryStore } from "@encke/store-memory";
import { describe, expect, it } from "vitest";
import { deliveriesIn, Talker } from "../support/talker.ts";
import { LATER, World } from "../support/world.ts";

/** A server over a slow store, and a client that another server over the same store has left. */
async function inherit(
  ...patterns: string[]
): Promise<{ world: World; talker: Talker; published: unknown[] }> {
  const store = new MemoryStore();
  const first = new World({ store });
  const { clientId } = await first.subscriber(...patterns);
  await first.close();
  const world = new World({ store, kind: LATER });
  await world.settle();
  const published: unknown[] = [];
  world.comet.on("published", ({ data }) => published.push(data));
  const talker = new Talker(world.comet);
  talker.clientId = clientId;
  return { world, talker, published };
}

/** Everything is answered but what is of this kind. */
async function answerAllBut({ scheduler, ports }: World, method: string): Promise<void> {
  for (;;) {
    await scheduler.settle();
    ports.endTurns();
    const next = scheduler.pending.findIndex((call) => call.method !== method);
    if (next === -1) return;
    scheduler.release(next);
  }
}

describe("taking a client over", () => {
  it("keeps the order of requests that come meanwhile", async () => {
    const { world, talker, published } = await inherit();
    talker.publish("/a", 1);
    await world.scheduler.settle();
    world.scheduler.release();
    await world.scheduler.settle();
    expect(world.scheduler.pending).toMatchObject([{ method: "log.read" }]);
    talker.publish("/a", 2);
    await world.settle();
    expect(published).toEqual([1, 2]);
  });

  it("delivers once what is read again before the feed brings it", async () => {
    const { world, talker } = await inherit("/a");
    void world.comet.publish("/a", 1);
    void world.comet.publish("/a", 2);
    await world.scheduler.settle();
    const poll = talker.poll();
    await answerAllBut(world, "feed");
    const { received } = poll.responder;
    poll.responder.flush();
    expect(deliveriesIn(received).map(({ data }) => data)).toEqual([1, 2]);
    const next = talker.poll();
    await world.settle();
    expect(next.responder.isOver).toBe(false);
  });

  it("does not bring back a client that is just being removed", async () => {
    const world = new World({ kind: LATER });
    const talker = await world.connected();
    talker.disconnect();
    const poll = talker.poll();
    await world.scheduler.settle();
    expect(world.scheduler.pending).toMatchObject([{ method: "clients.destroy" }]);
    expect(await world.reply(poll)).toMatchObject({ error: "402::session_unknown" });
    expect(world.comet.stats().clients).toBe(0);
  });
});
