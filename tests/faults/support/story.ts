import { Chance } from "./chance.ts";
import type { Cluster } from "./cluster.ts";
import { CHANNELS, gather } from "./crowd.ts";
import type { Ledger } from "./ledger.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";
import { Publisher } from "./publisher.ts";

const PUBLISHERS = 20;
/** Milliseconds without anything new after which nothing more is expected. */
const QUIET = 8_000;
/** The same where nobody can say that something is missing. */
const SHORT_QUIET = 3_000;

/** How much of it there is. */
export interface Size {
  /** Whether there are many clients, or a few of each kind. */
  readonly isLong: boolean;
  /** Messages on each channel, at least. */
  readonly count: number;
  /** Milliseconds between two of them. */
  readonly pause: number;
  /** Milliseconds after which nothing more is published, so that what hangs comes to an end as well. */
  readonly limit: number;
}

/** Settles when so much of what is to be published at least has been. */
export type Progress = (share: number) => Promise<void>;

/** Clients of all kinds and publishers, while `disturb` does what it likes. Publishing goes on until that is over. */
export async function tell(
  cluster: Cluster,
  size: Size,
  disturb: (progress: Progress) => Promise<void>,
): Promise<Outcome> {
  const chance = new Chance(42);
  const clients = await gather(cluster, chance, size.isLong);
  const publishers = Array.from({ length: PUBLISHERS }, (_, index) => {
    const channels = CHANNELS.filter((_channel, at) => at % PUBLISHERS === index);
    return new Publisher(channels, () => cluster.anyNode(chance));
  });
  await Promise.all(publishers.map((publisher) => publisher.open()));
  const isInTime = await publish(publishers, size, disturb);
  const published = new Map(
    publishers.flatMap((one) => one.channels.map((name) => [name, one.published])),
  );
  const ledgers = clients.map(({ ledger }) => ledger);
  await untilComplete(ledgers, totalOf(publishers));
  await Promise.all(clients.map((client) => client.close()));
  const outcome = outcomeOf(ledgers, published);
  if (isInTime) return outcome;
  return { ...outcome, troubles: [...outcome.troubles, `was not over after ${size.limit} ms`] };
}

/** False: it took too long, and was broken off. */
async function publish(
  publishers: readonly Publisher[],
  { count, pause, limit }: Size,
  disturb: (progress: Progress) => Promise<void>,
): Promise<boolean> {
  const end = performance.now() + limit;
  const isLate = (): boolean => performance.now() > end;
  let isOver = false;
  const whole = count * CHANNELS.length;
  const disturbed = disturb((share) =>
    until(() => isLate() || totalOf(publishers) >= share * whole),
  ).finally(() => {
    isOver = true;
  });
  const publishing = publishers.map((one) =>
    one.publish(() => isLate() || (isOver && one.published >= count), pause, isLate),
  );
  const disturbance = Promise.race([disturbed, until(() => isOver || isLate())]);
  await Promise.all([disturbance, ...publishing]);
  return !isLate();
}

function totalOf(publishers: readonly Publisher[]): number {
  return publishers.reduce((sum, { channels, published }) => sum + channels.length * published, 0);
}

async function untilComplete(ledgers: readonly Ledger[], published: number): Promise<void> {
  const acknowledging = ledgers.filter(({ manner }) => manner === "acknowledging");
  await untilQuiet(acknowledging, published, QUIET);
  await untilQuiet(ledgers, published, SHORT_QUIET);
}

/** Or until each of them has as many. */
async function untilQuiet(
  ledgers: readonly Ledger[],
  published: number,
  quiet: number,
): Promise<void> {
  const total = (): number => ledgers.reduce((sum, { count }) => sum + count, 0);
  let last = -1;
  for (let end = 0; ledgers.some(({ count }) => count < published); ) {
    if (total() !== last) end = performance.now() + quiet;
    last = total();
    if (performance.now() > end) return;
    await pauseFor(20);
  }
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pauseFor(5);
}

/** For the milliseconds that something takes that nobody can see. */
export function pauseFor(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
