import type { ClientRecord } from "@encke/core";
import { describe, expect, it } from "vitest";
import { deliveriesIn, type Exchange, Talker } from "../support/talker.ts";
import { eventually } from "./support/eventually.ts";
import { IS_LONG } from "./support/is-long.ts";
import { answerTo, arrive, openComet } from "./support/redis-comet.ts";
import { redisForFile } from "./support/redis-for-file.ts";
import { RedisNode } from "./support/redis-node.ts";

const url = await redisForFile();
const TTL = 60_000;
const CLAIMS = IS_LONG ? 10_000 : 2_000;
const AT_ONCE = 500;
const ROUNDS = 50;
/** More than a client needs to hear of one message. */
const POLLS = 5;

describe("two nodes that race", () => {
  it("for one client thousands of times leave it with one owner, and give no generation twice", async () => {
    const nodes = await twoNodes("claims");
    await nodes[0].store.clients.create("c", "{}", TTL);
    const claims: (ClientRecord | undefined)[] = [];
    while (claims.length < CLAIMS) {
      const some = Array.from({ length: AT_ONCE }, (_, index) => {
        const at = index % 2;
        return (nodes[at] as RedisNode).store.clients.claim("c", `${at}`, TTL);
      });
      claims.push(...(await Promise.all(some)));
    }
    const leases = claims.flatMap((claim) => (claim === undefined ? [] : [leaseOf(claim)]));
    // A claim whose answer comes too late is made again, so that some may be nobody's.
    expect(new Set(leases.map(({ generation }) => generation)).size).toBe(CLAIMS);
    const newest = leases.toSorted((a, b) => b.generation - a.generation).slice(0, AT_ONCE);
    const cursor = claims[0]?.cursor ?? [];
    const written = await Promise.all(
      newest.map((lease) => nodes[0].store.clients.commit("c", lease, cursor)),
    );
    expect(written).toEqual(newest.map((_, index) => index === 0));
  }, 60_000);

  it("for clients whose time has passed each leave them to the other or take them, and never both", async () => {
    const [one, other] = await twoNodes("reaps");
    const ids = Array.from({ length: 1_000 }, (_, index) => `${index}`);
    await Promise.all(ids.map((id) => one.store.clients.create(id, "{}", TTL)));
    await one.store.clients.touch(ids, 0);
    const reaping = ids.slice(0, 200).map(() => one.store.clients.reap(5));
    const claiming = ids.toReversed().map((id) => other.store.clients.claim(id, "other", TTL));
    const reaped = (await Promise.all(reaping)).flat().map(({ id }) => id);
    const claimed = (await Promise.all(claiming)).flatMap((claim) => claim?.id ?? []);
    expect(await other.store.clients.count()).toBe(claimed.length);
    const late = (await one.store.clients.reap(1_000)).map(({ id }) => id);
    expect([...reaped, ...late, ...claimed].sort()).toEqual([...ids].sort());
  }, 30_000);
});

describe("a client that is held by one node and subscribes through another", () => {
  it.each([
    ["acknowledges", { ack: true }],
    ["does not acknowledge", {}],
  ])(
    "misses nothing that is published after the answer, when it %s",
    async (_, ext) => {
      const prefix = `beside-${Object.keys(ext).length}`;
      const [here, there] = [await openComet({ url, prefix }), await openComet({ url, prefix })];
      const client = await arrive(here, { ext });
      const beside = new Talker(there);
      beside.clientId = client.clientId;
      // The first one is answered at once.
      await answerTo(client.poll());
      const expected = Array.from({ length: ROUNDS }, (_, round) => round);
      const heard: unknown[] = [];
      let ack: unknown;
      const poll = (): Exchange => client.poll(ack === undefined ? {} : { ext: { ack } });
      for (const round of expected) {
        let polled = poll();
        await eventually(() => here.stats().held === 1 || isAnswered(polled));
        const [subscribed] = await answerTo(beside.subscribe(`/room/${round}`));
        expect(subscribed).toMatchObject({ successful: true });
        await (round % 2 === 0 ? here : there).publish(`/room/${round}`, round);
        // It may have to ask once more, as the client that another node has changed.
        for (let polls = 0; heard.length <= round && polls < POLLS; polls++) {
          await eventually(() => isAnswered(polled));
          const { received } = polled.responder;
          heard.push(...deliveriesIn(received).map(({ data }) => data));
          ack = received.find(({ ext }) => ext?.ack !== undefined)?.ext?.ack ?? ack;
          if (heard.length <= round) polled = poll();
        }
      }
      expect(heard).toEqual(expected);
    },
    60_000,
  );
});

function isAnswered({ responder }: Exchange): boolean {
  responder.flush();
  return responder.received.length > 0;
}

function leaseOf({ owner = "", generation }: ClientRecord): {
  readonly node: string;
  readonly generation: number;
} {
  return { node: owner, generation };
}

async function twoNodes(prefix: string): Promise<readonly [RedisNode, RedisNode]> {
  return [await RedisNode.open("0", { url, prefix }), await RedisNode.open("1", { url, prefix })];
}
