import type { ILogListener, IStore, LogEntry } from "@encke/core";
import { expect, it } from "vitest";
import { delegate } from "../store/delegate.ts";
import { SharedStore } from "../store/shared-store.ts";
import { acknowledging } from "../support/acknowledging.ts";
import { deliveriesIn, type Exchange, Talker } from "../support/talker.ts";
import { World } from "../support/world.ts";

/** A node whose feed brings what the test says, and a client of it that acknowledges and wants everything below `/a`. */
class Scene {
  readonly world: World;
  #talker: Talker | undefined;
  #listener: ILogListener | undefined;

  constructor() {
    const store = new SharedStore();
    const open = (listener: ILogListener): void => {
      this.#listener = listener;
    };
    this.world = new World({
      store: delegate<IStore>(store, { log: delegate(store.log, { open }) }),
    });
    this.world.comet.use(acknowledging);
    this.world.comet.on("handshaking", (event) => {
      event.acknowledges = true;
    });
  }

  async poll(ack: number): Promise<Exchange> {
    this.#talker ??= await this.world.subscriber("/a");
    const poll = this.#talker.poll({ ext: { ack } });
    await this.world.settle();
    return poll;
  }

  /** Messages whose data are their positions. */
  async read(...positions: readonly number[]): Promise<void> {
    const entries = positions.map(
      (position): LogEntry => ({
        position,
        channel: "/a",
        json: JSON.stringify({ channel: "/a", data: position }),
      }),
    );
    this.#listener?.onEntries(0, entries);
    await this.world.settle();
  }
}

it("is not sent what another node has sent it, where this one reads that later", async () => {
  const scene = new Scene();
  const poll = await scene.poll(30);
  await scene.read(10, 20);
  expect(poll.responder.isOver).toBe(false);
  await scene.read(30, 40);
  const received = await scene.world.answer(poll);
  expect(deliveriesIn(received).map(({ data }) => data)).toEqual([40]);
  expect(received.at(-1)).toMatchObject({ ext: { ack: 40 } });
});

it("is sent everything where it has acknowledged what is in no log that this node reads", async () => {
  const scene = new Scene();
  const poll = await scene.poll(25);
  await scene.read(10, 20);
  await scene.read(30);
  const received = await scene.world.answer(poll);
  expect(deliveriesIn(received).map(({ data }) => data)).toEqual([10, 20, 30]);
});

it("does not hear that it has got less when its connect is answered meanwhile", async () => {
  const scene = new Scene();
  const poll = await scene.poll(30);
  await scene.world.pass(30_100);
  expect(await scene.world.reply(poll)).toMatchObject({ successful: true, ext: { ack: 30 } });
});

it("is not sent it either where it is read in the time of a later connect, which says the same", async () => {
  const scene = new Scene();
  const poll = await scene.poll(30);
  await scene.world.pass(30_100);
  await scene.world.answer(poll);
  const next = await scene.poll(30);
  await scene.read(10, 20);
  expect(next.responder.isOver).toBe(false);
  await scene.read(30, 40);
  expect(deliveriesIn(await scene.world.answer(next)).map(({ data }) => data)).toEqual([40]);
});

it("is sent what waits when its connect has been held long enough: what it has acknowledged is a mistake then", async () => {
  const scene = new Scene();
  const poll = await scene.poll(30);
  await scene.read(10, 20);
  await scene.world.pass(30_100);
  const answer = await scene.world.answer(poll);
  expect(deliveriesIn(answer).map(({ data }) => data)).toEqual([10, 20]);
  expect(answer.at(-1)).toMatchObject({ ext: { ack: 20 } });
});

it("is sent at once what is newer, where this node has read that and not what was acknowledged", async () => {
  const store = new SharedStore();
  const [here, there] = [new World({ store }), new World({ store: new SharedStore(store) })];
  for (const { comet } of [here, there]) {
    comet.use(acknowledging);
    comet.on("handshaking", (event) => {
      event.acknowledges = true;
    });
  }
  const talker = await here.subscriber("/a");
  const moved = new Talker(there.comet);
  moved.clientId = talker.clientId;
  const first = talker.poll();
  await here.comet.deliver(talker.clientId, "/direct", 1);
  await here.comet.publish("/a", 2);
  expect((await here.answer(first)).at(-1)).toMatchObject({ ext: { ack: 2 } });
  await there.answer(moved.unsubscribe("/a"));
  await there.comet.deliver(talker.clientId, "/direct", 3);
  const received = await here.answer(talker.poll({ ext: { ack: 2 } }));
  expect(deliveriesIn(received).map(({ data }) => data)).toEqual([3]);
});
