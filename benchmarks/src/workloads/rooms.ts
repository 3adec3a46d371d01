import type { Transport } from "../servers/server.ts";
import type { Client, Wire } from "../wires/wire.ts";
import { type Lane, LaneSession } from "./lanes.ts";
import { arrivals, type Session, streamOf, subscriber, tallyFor, underLoad } from "./session.ts";
import { firstTarget, type Stage, type Workload } from "./workload.ts";

interface RoomsOptions {
  readonly transport: Transport;
  readonly rooms: number;
  readonly members: number;
}

/** The members of each room speak in turn; all of them hear it, the speaker too. */
export function rooms(options: RoomsOptions): Workload {
  const { transport, rooms: count, members } = options;
  return {
    name: `rooms, ${transport}, ${count} rooms of ${members}, every client publishes`,
    operation: "delivery",
    transport,
    nodes: 1,
    servers: "in memory",
    usesPatterns: false,
    connections: 2 * count * members,
    measure: underLoad((wire, stage) => open(wire, stage, options)),
  };
}

async function open(wire: Wire, stage: Stage, options: RoomsOptions): Promise<Session> {
  const { rooms: count, members } = options;
  const target = firstTarget(stage);
  const tally = tallyFor(target, count * members);
  const clients = await arrivals(count * members, (index) => {
    const channel = channelOf(Math.floor(index / members));
    return subscriber(wire, target, [channel], (body) => tally.receive(index, body));
  });
  const lanes = Array.from({ length: count }, (_, room) => laneOf(room, clients, options));
  const operationsOf = () => members;
  return new LaneSession({ clients, lanes, tally, target, operationsOf });
}

function laneOf(room: number, clients: readonly Client[], options: RoomsOptions): Lane {
  const { members, transport } = options;
  let turn = 0;
  return () => {
    const index = room * members + (turn++ % members);
    const sender = clients[index] as Client;
    const stream = streamOf(index, transport);
    return { sender, stream, channel: channelOf(room), recipients: members };
  };
}

function channelOf(room: number): string {
  return `/bench/rooms/${room}`;
}
