import { describe, expect, it } from "vitest";
import { SharedStore } from "../store/shared-store.ts";
import { FakePorts } from "../support/fake-ports.ts";
import { deliveriesIn, Talker } from "../support/talker.ts";
import { LATER, World } from "../support/world.ts";

/** One client whose requests go to two nodes at once, the first of which waits for its listeners. */
class Move {
  readonly here: World;
  readonly there: World;
  readonly #held: (() => void)[] = [];

  constructor() {
    const ports = new FakePorts();
    const first = new SharedStore();
    this.here = new World({ store: first, ports });
    this.there = new World({ store: new SharedStore(first), ports });
  }

  /** Has messages wait on the one node before anything is done about them. */
  wait(): void {
    const wait = (): Promise<void> => new Promise((resolve) => this.#held.push(resolve));
    this.here.comet.on("subscribing", wait);
    this.here.comet.on("publishing", wait);
  }

  /** The same client at the other node, which takes it over with this connect. */
  async pollThere({ clientId }: Talker): Promise<ReturnType<Talker["poll"]>> {
    const talker = new Talker(this.there.comet);
    talker.clientId = clientId;
    const poll = talker.poll();
    await this.there.settle();
    return poll;
  }

  async goOn(): Promise<void> {
    for (let decide = this.#held.shift(); decide; decide = this.#held.shift()) {
      decide();
      await this.here.settle();
    }
  }
}

describe("a client that another node takes over while its message waits here", () => {
  it("is subscribed, and served by that node", async () => {
    const move = new Move();
    const talker = await move.here.connected();
    const subscribed: string[] = [];
    move.here.comet.on("subscribed", ({ channel }) => subscribed.push(channel));
    move.wait();
    const subscribe = talker.subscribe("/a");
    const poll = await move.pollThere(talker);
    await move.goOn();
    expect(await move.here.reply(subscribe)).toMatchObject({ successful: true });
    expect(subscribed).toEqual(["/a"]);
    await move.there.comet.publish("/a", 1);
    expect(deliveriesIn(await move.there.answer(poll))).toMatchObject([{ data: 1 }]);
  });

  it("is unsubscribed", async () => {
    const move = new Move();
    const talker = await move.here.subscriber("/a");
    move.wait();
    const publish = talker.publish("/b", 1);
    const unsubscribe = talker.unsubscribe("/a");
    const poll = await move.pollThere(talker);
    await move.goOn();
    for (const sent of [publish, unsubscribe]) {
      expect(await move.here.reply(sent)).toMatchObject({ successful: true });
    }
    expect(await move.there.reply(poll)).toMatchObject({ advice: { reconnect: "retry" } });
    expect(move.here.comet.client(talker.clientId)?.subscriptions).toEqual([]);
  });

  it("has the messages published that come after it, in order", async () => {
    const move = new Move();
    const talker = await move.here.subscriber("/a");
    move.wait();
    const sent = [1, 2, 3].map((data) => talker.publish("/a", data));
    await move.pollThere(talker);
    await move.goOn();
    for (const each of sent) {
      expect(await move.here.reply(each)).toMatchObject({ successful: true });
    }
    const back = await move.pollThere(talker);
    const received = deliveriesIn(await move.there.answer(back));
    expect(received.map(({ data }) => data)).toEqual([1, 2, 3]);
  });

  it("is unknown when that node has ended it", async () => {
    const move = new Move();
    const talker = await move.here.connected();
    move.wait();
    const sent = [talker.subscribe("/a"), talker.publish("/a", 1)];
    await move.pollThere(talker);
    await move.there.comet.disconnect(talker.clientId);
    await move.goOn();
    for (const each of sent) {
      expect(await move.here.reply(each)).toMatchObject({ error: "402::session_unknown" });
    }
  });

  it("is followed a few times, and not for ever", async () => {
    const ports = new FakePorts();
    const first = new SharedStore();
    const here = new World({ store: first, ports, kind: LATER });
    const other = new SharedStore(first);
    const there = new World({ store: other, ports });
    const talker = await here.connected();
    const claim = here.comet.store.clients.claim.bind(here.comet.store.clients);
    let claims = 0;
    // Whenever this node takes it over, the other one has it before this one hears of that.
    here.comet.store.clients.claim = async (...args) => {
      claims += 1;
      const record = await claim(...args);
      await other.clients.claim(talker.clientId, "another node", 60_000);
      return record;
    };
    await other.clients.claim(talker.clientId, "another node", 60_000);
    await here.settle();
    expect(await here.reply(talker.publish("/a", 1))).toMatchObject({ successful: false });
    expect(claims).toBeGreaterThan(1);
    expect(claims).toBeLessThan(20);
    await there.close();
  });
});
