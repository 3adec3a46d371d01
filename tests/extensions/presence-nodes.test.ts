import { presence } from "@encke/extensions";
import { describe, expect, it } from "vitest";
import { soon } from "../clients/soon.ts";
import { SharedStore } from "../store/shared-store.ts";
import { FakePorts } from "../support/fake-ports.ts";
import { deliveriesIn, Talker } from "../support/talker.ts";
import { answered, clientOf, serverWith, subscribed, TRANSPORTS } from "./support/real-client.ts";
import { idsOn, publicIdOf, ROOM, type Watched, watched } from "./support/watched.ts";

const TTL = 60_000;

describe("presence on several nodes", () => {
  interface Nodes {
    readonly here: Watched;
    readonly there: Watched;
  }

  /** Two nodes that share a store, and time unless one has its own. */
  function nodes(ports = new FakePorts(), other = ports): Nodes {
    const store = new SharedStore();
    const here = watched({}, { store, ports });
    return { here, there: watched({}, { store: new SharedStore(store), ports: other }) };
  }

  it("lists and tells of the clients of all", async () => {
    const { here, there } = nodes();
    const watcher = await here.world.subscriber(`/presence${ROOM}`);
    const one = publicIdOf(here.world, await here.world.subscriber(ROOM));
    const two = publicIdOf(there.world, await there.world.subscriber(ROOM));
    expect((await idsOn(here)).toSorted()).toEqual([one, two].toSorted());
    expect((await idsOn(there)).toSorted()).toEqual([one, two].toSorted());
    const received = deliveriesIn(await here.world.answer(watcher.poll()));
    expect(received).toMatchObject([
      { data: { type: "join", member: { id: one } } },
      { data: { type: "join", member: { id: two } } },
    ]);
  });

  it("keeps a client that comes to another node, and tells nobody that it went", async () => {
    const { here, there } = nodes();
    const talker = await here.world.subscriber(ROOM);
    const id = publicIdOf(here.world, talker);
    const moved = new Talker(there.world.comet);
    moved.clientId = talker.clientId;
    await there.world.answer(moved.poll({ advice: { timeout: 0 } }));
    for (let round = 0; round < 6; round++) {
      const held = moved.poll();
      await there.world.pass(20_000);
      await there.world.answer(held);
    }
    expect(await idsOn(here)).toEqual([id]);
    expect([...here.told, ...there.told]).toEqual([
      { channel: `/presence${ROOM}`, type: "join", member: { id } },
    ]);
  });

  it("forgets the clients of a node that died, when their time is over", async () => {
    const { here, there } = nodes(new FakePorts(), new FakePorts());
    await there.world.subscriber(ROOM);
    expect(await idsOn(here)).toHaveLength(1);
    // Time passes here only: there, nothing happens any more.
    await here.world.pass(TTL - 1_000);
    expect(await idsOn(here)).toHaveLength(1);
    await here.world.pass(2_000);
    expect(await idsOn(here)).toEqual([]);
    // Those who saw it come are told when the client itself is given up.
    await here.world.pass(TTL);
    expect(here.told.map((change) => (change as { type: string }).type)).toEqual(["leave"]);
  });
});

describe.each(TRANSPORTS)("presence with cometd.js over %s", (transport) => {
  it("is asked with a remote call, and told on the companion channel", async () => {
    const server = await serverWith([
      presence({ channels: ["/chat/**"], info: ({ subscriptions }) => subscriptions.length }),
    ]);
    const [one, two] = [await clientOf(server, transport), await clientOf(server, transport)];
    const changes = await subscribed(one, `/presence${ROOM}`);
    await subscribed(two, ROOM);
    const id = server.latest.publicId;
    await soon(() => changes.map(({ data }) => data)).toEqual([
      { type: "join", member: { id, info: 1 } },
    ]);
    const { data } = await answered((done) => one.remoteCall("presence", { channel: ROOM }, done));
    expect(data).toEqual({ channel: ROOM, members: [{ id, info: 1 }], count: 1 });
    const refused = await answered((done) => one.remoteCall("presence", { channel: "/x" }, done));
    expect(refused).toMatchObject({ successful: false, error: "403:/x:channel_denied" });
    await answered((done) => two.disconnect(done));
    await soon(() => changes.length).toBe(2);
    expect(changes[1]?.data).toEqual({ type: "leave", member: { id } });
  });
});
