import type { Transport } from "../servers/server.ts";
import { chatter } from "./chatter.ts";
import { crowd } from "./crowd.ts";
import { fanOut, fanOutOverNodes, fanOutToOtherNode } from "./fan-out.ts";
import { idle } from "./idle.ts";
import { patterns } from "./patterns.ts";
import { receipts } from "./receipts.ts";
import { rooms } from "./rooms.ts";
import { storm } from "./storm.ts";
import type { Workload } from "./workload.ts";

const BOTH: readonly Transport[] = ["websocket", "long-polling"];

/** How many take part. */
export interface Sizes {
  readonly subscribers: number;
  readonly rooms: number;
  readonly groups: number;
  /** Who come, or publish, at the same time. */
  readonly loops: number;
  readonly idle: number;
  readonly crowd: number;
  /** Milliseconds from one message to the crowd to the next. */
  readonly betweenMessages: number;
}

const FULL: Sizes = {
  subscribers: 1_000,
  rooms: 100,
  groups: 500,
  loops: 100,
  idle: 5_000,
  crowd: 10_000,
  betweenMessages: 700,
};

/** All that is measured, in the order in which it is reported. */
export const WORKLOADS: readonly Workload[] = workloadsOf(FULL);

export function workloadsOf(sizes: Sizes): readonly Workload[] {
  const { subscribers, idle: clients } = sizes;
  const both = (of: (transport: Transport) => Workload) => BOTH.map(of);
  return [
    ...fanOuts(sizes),
    ...both((transport) => rooms({ transport, rooms: sizes.rooms, members: 10 })),
    ...both((transport) => storm({ transport, atATime: sizes.loops / 2 })),
    ...both((transport) =>
      patterns({ transport, groups: sizes.groups, channelsPerGroup: 20, publishers: 16 }),
    ),
    ...both((transport) => receipts({ transport, clients: sizes.loops })),
    ...latencies(sizes),
    ...both((transport) => idle({ transport, first: clients / 5, clients })),
    fanOutToOtherNode({
      transport: "websocket",
      subscribers: subscribers / 5,
      pace: { inFlight: 8 },
    }),
    crowd({
      transport: "websocket",
      subscribers: sizes.crowd,
      between: sizes.betweenMessages,
    }),
    ...[1, 2].map((nodes) =>
      fanOutOverNodes({ transport: "websocket", subscribers, nodes, pace: { inFlight: 8 } }),
    ),
    ...both((transport) => chatterOf(transport, sizes)),
  ];
}

function fanOuts({ subscribers }: Sizes): readonly Workload[] {
  const servers = "in memory";
  const often = { inFlight: 8 };
  const lone = { inFlight: 1 };
  return [
    fanOut({ transport: "websocket", subscribers, pace: often, servers }),
    fanOut({ transport: "websocket", subscribers, pace: lone, servers }),
    fanOut({ transport: "long-polling", subscribers, pace: lone, servers }),
  ];
}

function latencies({ subscribers }: Sizes): readonly Workload[] {
  const servers = "in memory";
  return [
    fanOut({ transport: "websocket", subscribers, pace: { perSecond: 20 }, servers }),
    fanOut({ transport: "long-polling", subscribers, pace: { perSecond: 5 }, servers }),
  ];
}

function chatterOf(transport: Transport, { subscribers, rooms: count }: Sizes): Workload {
  const batches = { batch: 10, pause: 10 };
  return chatter({ transport, clients: subscribers, rooms: count, roomsPerClient: 10, ...batches });
}
