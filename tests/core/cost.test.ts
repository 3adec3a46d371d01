import type { IClient, Publication } from "@encke/core";
import { describe, expect, it } from "vitest";
import type { FakeResponder } from "../support/fake-responder.ts";
import { Talker } from "../support/talker.ts";
import { World } from "../support/world.ts";

const SUBSCRIBERS = 3;

/** What the store is given from now on. */
function publicationsOf({ store }: World): Publication[] {
  const publications: Publication[] = [];
  const { append } = store.log;
  store.log.append = (publication) => {
    publications.push(publication);
    return append.call(store.log, publication);
  };
  return publications;
}

/**
 * Counts what a publish does: which clients the server looks at, by whatever member of theirs, and how often it
 * looks at the clock or sets a timer.
 */
async function costOfPublish(
  idle: number,
): Promise<{ clients: number; looks: number; ports: number }> {
  const world = new World({ limits: { clientsPerAddress: Number.POSITIVE_INFINITY } });
  const subscribed: FakeResponder[] = [];
  for (let one = 0; one < SUBSCRIBERS; one++) {
    const talker = await world.subscriber("/a");
    subscribed.push(talker.stream().responder);
  }
  addIdleClients(world, idle);
  const watched = watch(world);
  await world.comet.publish("/a", 1);
  world.ports.endTurns();
  const cost = watched();
  expect(subscribed.map(({ received }) => received.length)).toEqual([1, 1, 1]);
  expect(world.comet.stats().clients).toBe(SUBSCRIBERS + idle);
  return cost;
}

/** Clients with subscriptions of their own, half of them with a connect that is held. */
function addIdleClients({ comet }: World, count: number): void {
  for (let index = 0; index < count; index++) {
    const talker = new Talker(comet);
    const { responder } = talker.handshake();
    responder.flush();
    talker.clientId = responder.received[0]?.clientId ?? "";
    talker.poll();
    talker.subscribe(index % 2 === 0 ? `/idle/${index}` : "/other/*");
    if (index % 2 === 0) talker.poll();
  }
}

/** Sees every reading of a member that delivering needs, on every client there is. */
function watch({ comet, ports }: World): () => { clients: number; looks: number; ports: number } {
  const seen = new Set<IClient>();
  let looks = 0;
  const note = (client: IClient): void => {
    seen.add(client);
    looks++;
  };
  for (const client of comet.clients) observe(client, note);
  const before = ports.calls;
  return () => ({ clients: seen.size, looks, ports: ports.calls - before });
}

function observe(client: IClient, note: (client: IClient) => void): void {
  const { mailbox, held, patterns } = client as unknown as Record<string, unknown>;
  for (const [name, initial] of Object.entries({ mailbox, held, patterns })) {
    let value = initial;
    Object.defineProperty(client, name, {
      get: () => {
        note(client);
        return value;
      },
      set: (next) => {
        value = next;
      },
    });
  }
}

describe("a publish", () => {
  it("costs the same with a hundred thousand idle clients as with ten", async () => {
    const few = await costOfPublish(10);
    const many = await costOfPublish(100_000);
    expect(few.clients).toBe(SUBSCRIBERS);
    expect(few.looks).toBeGreaterThan(0);
    expect(many).toEqual(few);
  }, 60_000);

  it("costs one call of the store, however many it reaches", async () => {
    const world = new World();
    for (let one = 0; one < 20; one++) (await world.subscriber("/a")).stream();
    const calls = publicationsOf(world);
    await world.comet.publish("/a", 1);
    await world.settle();
    expect(calls).toHaveLength(1);
    expect(world.comet.stats().delivered).toBe(20);
  });

  it.each([
    ["plain", true],
    ["grün", false],
    [{ text: "plain" }, true],
    [{ grün: 1 }, false],
  ])("says of %j whether it is ASCII: %j", async (data, isAscii) => {
    const world = new World();
    const talker = await world.client();
    const calls = publicationsOf(world);
    await world.comet.publish("/a", data);
    await world.comet.deliver(talker.clientId, "/b", data);
    await world.reply(talker.publish("/c", data));
    expect(calls.map(({ channel }) => channel)).toEqual(["/a", "/b", "/c"]);
    expect(calls.map((call) => call.isAscii)).toEqual([isAscii, isAscii, isAscii]);
    // Of a copy, whoever made it must say so: perhaps it has another text.
    expect(calls.map((call) => ({ ...call }).isAscii)).toEqual([undefined, undefined, undefined]);
  });
});
