import type { Awaitable, ClientRecord, ILogListener, IStore } from "@encke/core";
import { expect, it } from "vitest";
import { delegate } from "../store/delegate.ts";
import { SharedStore } from "../store/shared-store.ts";
import { deliveriesIn } from "../support/talker.ts";
import { World } from "../support/world.ts";

/** A store that can forget its clients, and takes them back. */
class Forgetful {
  readonly back: ClientRecord[] = [];
  readonly store: IStore;
  #listener: ILogListener | undefined;

  constructor(putBack: (record: ClientRecord) => boolean = () => true) {
    const shared = new SharedStore();
    const open = (listener: ILogListener): Awaitable<void> => {
      this.#listener = listener;
      return shared.log.open(listener);
    };
    const clients = {
      putBack: (record: ClientRecord) => {
        this.back.push(record);
        return putBack(record);
      },
    };
    this.store = delegate<IStore>(shared, {
      log: delegate(shared.log, { open }),
      clients: delegate<IStore["clients"]>(shared.clients, clients),
    });
  }

  forget(): void {
    this.#listener?.onForgotten?.();
  }
}

it("puts every client that it serves back into a store that has forgotten them, as it knows it", async () => {
  const forgetful = new Forgetful();
  const world = new World({ store: forgetful.store });
  const talker = await world.subscriber("/a", "/b/*");
  const poll = talker.poll();
  await world.settle();
  await world.comet.publish("/a", 1);
  expect(deliveriesIn(await world.answer(poll))).toHaveLength(1);
  forgetful.forget();
  const known = await forgetful.store.clients.claim(talker.clientId, "somebody else", 1_000);
  const [record, ...others] = forgetful.back;
  expect(others).toEqual([]);
  expect(record).toMatchObject({
    id: talker.clientId,
    owner: expect.any(String),
    cursor: known?.cursor,
    subscriptions: known?.subscriptions,
    data: known?.data,
  });
  expect(record?.generation).toBe((known?.generation ?? 0) - 1);
});

it("goes on with the clients that could not be put back", async () => {
  const forgetful = new Forgetful(() => {
    throw new Error("full");
  });
  const world = new World({ store: forgetful.store });
  const talker = await world.subscriber("/a");
  forgetful.forget();
  expect(world.ports.lines).toMatchObject([{ level: "warn" }]);
  const poll = talker.poll();
  await world.settle();
  await world.comet.publish("/a", 1);
  expect(deliveriesIn(await world.answer(poll))).toHaveLength(1);
});
