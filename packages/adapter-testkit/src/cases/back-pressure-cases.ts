import type { AdapterBench, HeldClient } from "../adapter-bench.ts";
import type { CaseDefinition } from "../adapter-case.ts";
import { expectEqual, expectThat } from "../expectations.ts";

const CHANNEL = "/kit/room";
const LIVE = 3;
const TEXT = "x".repeat(256 * 1_024);
/** 32 MiB in all: far more than the buffers between two ends of a connection take. */
const MOST = 128;

export const backPressureCases: readonly CaseDefinition[] = [
  {
    name: "keeps messages for a peer that does not read from piling up in its socket, and others from waiting",
    needs: "streaming",
    async check(bench) {
      const { stalled, live } = await oneStalledAmongOthers(bench);
      await publishUntilHeldBack(bench, stalled, live);
    },
  },
  {
    name: "goes on when a peer that did not read has caught up",
    needs: "streaming",
    async check(bench) {
      const { stalled, live } = await oneStalledAmongOthers(bench);
      await publishUntilHeldBack(bench, stalled, live);
      stalled.client.peer.resume();
      await bench.comet.publish(CHANNEL, "the last one");
      await stalled.client.delivery((data) => data === "the last one");
    },
  },
];

interface Readers {
  readonly stalled: HeldClient;
  readonly live: readonly HeldClient[];
}

async function oneStalledAmongOthers(bench: AdapterBench): Promise<Readers> {
  const [stalled, ...live] = await Promise.all(
    Array.from({ length: LIVE + 1 }, () => bench.subscriber(CHANNEL)),
  );
  expectThat(stalled !== undefined, "there is no client");
  stalled.client.peer.stall();
  return { stalled, live };
}

/** Publishes, and sees each message reach those who read, until messages wait for the one who does not. */
async function publishUntilHeldBack(
  bench: AdapterBench,
  { client: stalled }: HeldClient,
  live: readonly HeldClient[],
): Promise<void> {
  for (let at = 0; at < MOST; at++) {
    await bench.comet.publish(CHANNEL, { at, text: TEXT });
    await Promise.all(
      live.map(({ client }) => client.delivery((data) => (data as { at: number }).at === at)),
    );
    for (const { client } of live) expectEqual(client.deliveries.length, at + 1, "the deliveries");
    if ((bench.onServer(stalled)?.waiting ?? 0) > 0) return;
  }
  expectThat(false, `${(MOST * TEXT.length) / 2 ** 20} MiB were sent to a peer that reads nothing`);
}
