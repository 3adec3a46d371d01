import { AckingClient } from "./acking-client.ts";
import { Chance } from "./chance.ts";
import type { Cluster } from "./cluster.ts";
import { Publisher } from "./publisher.ts";

const CHANNELS = ["/c/0", "/c/1", "/c/2", "/c/3"];
const PATTERNS = ["/c/0", "/c/1", "/c/*", "/c/**"];
const CLIENTS = 8;
/** Milliseconds without anything new after which nothing more is expected. */
const QUIET = 8_000;

export interface Outcome {
  readonly expected: number;
  readonly received: number;
  /** One line for each number that is missing, doubled or out of order, and for each thing that should not have happened. */
  readonly faults: readonly string[];
}

/** Clients and publishers that send each request to a node of chance, while `disturb` does what it likes. */
export async function tell(
  cluster: Cluster,
  count: number,
  disturb: (progress: (share: number) => Promise<void>) => Promise<void>,
): Promise<Outcome> {
  const chance = new Chance(42);
  const node = (): string => cluster.anyNode(chance);
  const clients = Array.from({ length: CLIENTS }, () => new AckingClient(node));
  const publishers = CHANNELS.map((channel) => new Publisher(channel, node));
  await Promise.all(clients.map((client, index) => client.open(patternOf(index))));
  await Promise.all(publishers.map((publisher) => publisher.open()));
  const published = (): number => publishers.reduce((sum, one) => sum + one.published, 0);
  const progress = (share: number): Promise<void> =>
    until(() => published() >= share * count * CHANNELS.length);
  await Promise.all([
    disturb(progress),
    ...publishers.map((publisher) => publisher.publish(count)),
  ]);
  const expected = CLIENTS * count * (CHANNELS.length / 2 + 0.5);
  await untilQuiet(() => clients.reduce((sum, client) => sum + client.count, 0), expected);
  await Promise.all(clients.map((client) => client.close()));
  const faults = clients.flatMap((client, index) => faultsOf(client, patternOf(index), count));
  return { expected, received: clients.reduce((sum, client) => sum + client.count, 0), faults };
}

function patternOf(index: number): string {
  return PATTERNS[index % PATTERNS.length] ?? "";
}

function faultsOf(client: AckingClient, pattern: string, count: number): readonly string[] {
  const wanted = pattern.includes("*") ? CHANNELS : [pattern];
  const found = wanted.flatMap((channel) => {
    const numbers = client.received.get(channel) ?? [];
    const wrong = numbers.findIndex((number, index) => number !== index + 1);
    if (wrong >= 0) return [`${pattern}: ${channel} ${wrong + 1} came as ${numbers[wrong]}`];
    return numbers.length === count ? [] : [`${pattern}: ${channel} ended with ${numbers.length}`];
  });
  return [...client.faults, ...found];
}

async function untilQuiet(count: () => number, expected: number): Promise<void> {
  let last = -1;
  for (let end = 0; count() < expected; ) {
    if (count() !== last) end = performance.now() + QUIET;
    last = count();
    if (performance.now() > end) return;
    await pause(20);
  }
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause(5);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
