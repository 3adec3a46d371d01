import { Chance } from "./chance.ts";
import type { Cluster } from "./cluster.ts";
import { CHANNELS, gather } from "./crowd.ts";
import { type Ledger, sumOf, type Tally } from "./ledger.ts";
import { Publisher } from "./publisher.ts";

const PUBLISHERS = 20;
/** Milliseconds without anything new after which nothing more is expected. */
const QUIET = 8_000;
/** The same where nobody can say that something is missing. */
const SHORT_QUIET = 1_000;

/** How much of it there is. */
export interface Size {
  /** Whether there are many clients, or a few of each kind. */
  readonly isLong: boolean;
  /** Messages on each channel, at least. */
  readonly count: number;
  /** Milliseconds between two of them. */
  readonly pause: number;
}

/** What came of it. */
export interface Outcome {
  /** Of the clients that acknowledge. */
  readonly ack: Tally;
  /** Of the others. */
  readonly noAck: Tally;
  /** By kind of client, what should not have happened. Those that do not acknowledge may be forgotten, lose messages, or get them twice. */
  readonly troubles: readonly string[];
}

/** Settles when so much of what is to be published at least has been. */
export type Progress = (share: number) => Promise<void>;

/** Clients of all kinds and publishers, while `disturb` does what it likes. Publishing goes on until that is over. */
export async function tell(
  cluster: Cluster,
  { isLong, count, pause }: Size,
  disturb: (progress: Progress) => Promise<void>,
): Promise<Outcome> {
  const chance = new Chance(42);
  const clients = await gather(cluster, chance, isLong);
  const publishers = Array.from({ length: PUBLISHERS }, (_, index) => {
    const channels = CHANNELS.filter((_channel, at) => at % PUBLISHERS === index);
    return new Publisher(channels, () => cluster.anyNode(chance));
  });
  await Promise.all(publishers.map((publisher) => publisher.open()));

  const published = (): ReadonlyMap<string, number> =>
    new Map(publishers.flatMap((one) => one.channels.map((name) => [name, one.published])));
  const total = (): number => [...published().values()].reduce((sum, last) => sum + last, 0);
  let isOver = false;
  const disturbed = disturb((share) => until(() => total() >= share * count * CHANNELS.length));
  const ends = disturbed.finally(() => {
    isOver = true;
  });
  const publishing = publishers.map((one) =>
    one.publish(() => isOver && one.published >= count, pause),
  );
  await Promise.all([ends, ...publishing]);
  const ledgers = clients.map(({ ledger }) => ledger);
  await untilComplete(ledgers, total());
  await Promise.all(clients.map((client) => client.close()));
  return outcomeOf(ledgers, published());
}

function outcomeOf(ledgers: readonly Ledger[], published: ReadonlyMap<string, number>): Outcome {
  const acknowledging = ledgers.filter(({ acknowledges }) => acknowledges);
  const others = ledgers.filter(({ acknowledges }) => !acknowledges);
  const talliesOf = (some: readonly Ledger[]): Tally =>
    sumOf(some.map((ledger) => ledger.tally(published)));
  return {
    ack: talliesOf(acknowledging),
    noAck: talliesOf(others),
    troubles: ledgers.flatMap((ledger) => troublesOf(ledger, ledger.tally(published))),
  };
}

function troublesOf(
  { kind, acknowledges, troubles }: Ledger,
  { expected, lost, doubled, reordered }: Tally,
): readonly string[] {
  const figures = `${expected} expected, ${lost} lost, ${doubled} doubled, ${reordered} reordered`;
  const isWrong = reordered + (acknowledges ? lost + doubled : 0) > 0;
  const own = acknowledges ? troubles : [];
  return [...own, ...(isWrong ? [figures] : [])].map((text) => `${kind}: ${text}`);
}

async function untilComplete(ledgers: readonly Ledger[], published: number): Promise<void> {
  const acknowledging = ledgers.filter(({ acknowledges }) => acknowledges);
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
