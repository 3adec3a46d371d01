import { setTimeout as delay } from "node:timers/promises";
import type { Measurement } from "../measurement.ts";
import type { Transport } from "../servers/server.ts";
import type { Client, Closable, Target, Wire } from "../wires/wire.ts";
import { Tally } from "./tally.ts";
import type { Load, Stage } from "./workload.ts";

/** Most times that a server is put under load before it is measured, however little that made it work; for each warmth and process. */
const WARM_UPS = 3;
/** Clients that come at the same time. */
const ARRIVING = 50;
/** Milliseconds within which a message must have reached everybody, and after which nothing more may come. */
const PATIENCE = 15_000;
const AFTERMATH = 50;

/** Clients that are connected and ready. */
export interface Session extends Closable {
  /** Puts load on the server for this many milliseconds, and resolves when all of it has been answered. */
  drive(ms: number): Promise<Load>;
}

/**
 * The load of a session, measured once the server has warmed up under it. `warmth`: how many times as long as usual that
 * takes, where an operation is so much work that the engine sees few of them in that time, and compiles late.
 */
export function underLoad(open: (wire: Wire, stage: Stage) => Promise<Session>, warmth = 1) {
  return async (wire: Wire, stage: Stage): Promise<Measurement> => {
    const session = await open(wire, stage);
    await warmUp(session, stage, warmth);
    const measurement = await stage.measure(() => session.drive(stage.duration));
    session.close();
    return measurement;
  };
}

/** By processor time, since it is work that lets the engine compile: on a busy machine it takes longer. */
async function warmUp(session: Session, stage: Stage, warmth: number): Promise<void> {
  const processes = stage.targets.length;
  const enough = (await stage.worked()) + stage.warmUp * warmth * processes;
  const most = WARM_UPS * warmth * processes;
  for (let times = 0; times < most && (await stage.worked()) < enough; times++) {
    await session.drive(stage.warmUp);
  }
}

/** Resolves with all of them, which came a few at a time. */
export async function arrivals<T>(
  count: number,
  arrive: (index: number) => Promise<T>,
): Promise<T[]> {
  const arrived: T[] = [];
  for (let from = 0; from < count; from += ARRIVING) {
    const size = Math.min(ARRIVING, count - from);
    const group = Array.from({ length: size }, (_, index) => arrive(from + index));
    arrived.push(...(await Promise.all(group)));
  }
  return arrived;
}

/** A client that gets what is published to these channels, and stays. */
export async function subscriber(
  wire: Wire,
  target: Target,
  channels: readonly string[],
  onBody: (body: Buffer) => void,
): Promise<Client> {
  const client = await wire.connect(target);
  for (const channel of channels) await client.subscribe(channel);
  client.stay(onBody);
  return client;
}

/**
 * The stream of a sender who is a subscriber too. There is no order between its two connections over HTTP, either of
 * which may bring messages.
 */
export function streamOf(sender: number, transport: Transport): number | undefined {
  return transport === "websocket" ? sender : undefined;
}

/** Counts what comes, and fails the run when something is wrong with it. */
export function tallyFor(target: Target, subscribers: number): Tally {
  return new Tally(subscribers, (what) => target.fail(new Error(what)));
}

/** Resolves when everything has arrived, and nothing has come after it. Fails the run when something is missing. */
export async function allArrived(tally: Tally, target: Target): Promise<void> {
  const timer = setTimeout(() => {
    target.fail(new Error(`${tally.missing} deliveries are missing.`));
  }, PATIENCE);
  await tally.settled();
  clearTimeout(timer);
}

/** Resolves after a moment in which a delivery too many would have come. */
export async function aftermath(): Promise<void> {
  await delay(AFTERMATH);
}

export function closeAll(clients: Iterable<Closable>): void {
  for (const client of clients) client.close();
}
