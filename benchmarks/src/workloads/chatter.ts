import { setTimeout as delay } from "node:timers/promises";
import type { Transport } from "../servers/server.ts";
import type { Client, Outgoing, Target, Wire } from "../wires/wire.ts";
import { Latencies } from "./latencies.ts";
import {
  aftermath,
  allArrived,
  arrivals,
  closeAll,
  type Session,
  streamOf,
  subscriber,
  tallyFor,
  underLoad,
} from "./session.ts";
import type { Tally } from "./tally.ts";
import { firstTarget, type Load, type Stage, type Workload } from "./workload.ts";

interface ChatterOptions {
  readonly transport: Transport;
  readonly clients: number;
  readonly rooms: number;
  readonly roomsPerClient: number;
  readonly batch: number;
  /** Milliseconds from one batch to the next. */
  readonly pause: number;
}

/** Messages that may be under way before the next batch waits: a server that is too slow is not buried. */
const MOST_UNDER_WAY = 500;

/**
 * What the load test of CometD does: again and again, somebody sends a batch of messages to rooms taken by chance.
 * https://docs.cometd.org/current8/reference/#_testing_load
 */
export function chatter(options: ChatterOptions): Workload {
  const { transport, clients, rooms, roomsPerClient, batch, pause } = options;
  return {
    name: `load test of CometD, ${transport}, ${clients} clients, ${rooms} rooms, ${roomsPerClient} each, ${batch} messages every ${pause} ms`,
    operation: "delivery",
    transport,
    nodes: 1,
    servers: "in memory",
    usesPatterns: false,
    connections: 2 * clients,
    measure: underLoad((wire, stage) => open(wire, stage, options)),
  };
}

async function open(wire: Wire, stage: Stage, options: ChatterOptions): Promise<Session> {
  const target = firstTarget(stage);
  const tally = tallyFor(target, options.clients);
  const clients = await arrivals(options.clients, (index) =>
    subscriber(wire, target, channelsOf(index, options), (body) => tally.receive(index, body)),
  );
  return new Chatter({ options, target, tally, clients });
}

interface ChatterParts {
  readonly options: ChatterOptions;
  readonly target: Target;
  readonly tally: Tally;
  readonly clients: readonly Client[];
}

class Chatter implements Session {
  readonly #parts: ChatterParts;
  #dice = 1;
  #done = 0;

  constructor(parts: ChatterParts) {
    this.#parts = parts;
  }

  async drive(ms: number): Promise<Load> {
    const { options, tally, target } = this.#parts;
    const latencies = new Latencies();
    tally.latencies = latencies;
    this.#done = 0;
    const start = performance.now();
    const timer = setInterval(() => this.#sendBatch(), options.pause);
    await delay(ms);
    clearInterval(timer);
    await allArrived(tally, target);
    const seconds = (performance.now() - start) / 1_000;
    const operations = this.#done;
    await aftermath();
    return { operations, seconds, latencies };
  }

  close(): void {
    closeAll(this.#parts.clients);
  }

  #sendBatch(): void {
    const { options, tally, clients } = this.#parts;
    if (tally.underWay >= MOST_UNDER_WAY) return;
    const sender = this.#random(clients.length);
    const stream = streamOf(sender, options.transport);
    const messages = Array.from({ length: options.batch }, () => this.#newMessage(stream));
    clients[sender]?.publishTogether(messages);
  }

  #newMessage(stream: number | undefined): Outgoing {
    const { options, tally } = this.#parts;
    const { clients, rooms, roomsPerClient } = options;
    const recipients = (clients * roomsPerClient) / rooms;
    const onReachedAll = () => {
      this.#done += recipients;
    };
    const text = tally.newText({ stream, recipients, onReachedAll });
    return { channel: channelOf(this.#random(rooms)), text };
  }

  /** The same numbers in every run: those of Lehmer, by Park and Miller. */
  #random(below: number): number {
    this.#dice = (this.#dice * 48_271) % 2_147_483_647;
    return this.#dice % below;
  }
}

function channelsOf(index: number, { rooms, roomsPerClient }: ChatterOptions): readonly string[] {
  const apart = rooms / roomsPerClient;
  return Array.from({ length: roomsPerClient }, (_, nth) =>
    channelOf((index + nth * apart) % rooms),
  );
}

function channelOf(room: number): string {
  return `/bench/rooms/${room}`;
}
