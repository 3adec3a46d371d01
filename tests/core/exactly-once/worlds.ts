import type { HandDrivenScheduler } from "@encke/store-testkit";
import { SharedStore } from "../../store/shared-store.ts";
import { acknowledging } from "../../support/acknowledging.ts";
import { FakePorts } from "../../support/fake-ports.ts";
import { type StoreKind, World } from "../../support/world.ts";

/** Milliseconds that a client may be away. */
export const AWAY = 20_000;
/** Milliseconds that messages on one of the channels may wait for others. */
export const LAZY = 400;

/** One for each node. Several have the same clock and the same store. */
export function worldsOf(kind: StoreKind, nodes: number): readonly World[] {
  const options = { kind, ports: new FakePorts(), timeout: 30_000, maxInterval: AWAY };
  const centre = new SharedStore();
  const worlds = Array.from({ length: nodes }, (_, at) => {
    if (nodes === 1) return new World(options);
    return new World({ ...options, store: at === 0 ? centre : new SharedStore(centre) });
  });
  for (const { comet } of worlds) {
    comet.announce("eventsource", { timeout: 0 });
    comet.channel("/b/y/**", { lazy: LAZY });
    comet.use(acknowledging);
    comet.on("handshaking", (event) => {
      event.acknowledges = event.message.ext?.ack === true;
    });
  }
  return worlds;
}

/** A store that hears nothing of its clients for too long takes them for gone, and one that is asked late gives them up late. */
export async function keepAlive(scheduler: HandDrivenScheduler): Promise<void> {
  for (let index = 0; index !== -1; await scheduler.settle()) {
    index = scheduler.pending.findIndex(({ method }) => /touch|reap/.test(method));
    if (index !== -1) scheduler.release(index);
  }
}
