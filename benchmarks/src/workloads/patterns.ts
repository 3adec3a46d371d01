import type { Transport } from "../servers/server.ts";
import type { Client, Wire } from "../wires/wire.ts";
import { type Lane, LaneSession } from "./lanes.ts";
import { arrivals, type Session, subscriber, tallyFor, underLoad } from "./session.ts";
import { firstTarget, type Stage, type Workload } from "./workload.ts";

interface PatternsOptions {
  readonly transport: Transport;
  /** Two subscribe to each, one to `*` and one to `**`. */
  readonly groups: number;
  readonly channelsPerGroup: number;
  readonly publishers: number;
}

/** Publishers go through all channels, each with one message under way, which two get. */
export function patterns(options: PatternsOptions): Workload {
  const { transport, groups, channelsPerGroup, publishers } = options;
  const channels = groups * channelsPerGroup;
  return {
    name: `patterns, ${transport}, ${channels} channels, ${2 * groups} subscriptions to patterns`,
    operation: "publish",
    transport,
    nodes: 1,
    servers: "in memory",
    usesPatterns: true,
    connections: 2 * groups + publishers,
    measure: underLoad((wire, stage) => open(wire, stage, options)),
  };
}

async function open(wire: Wire, stage: Stage, options: PatternsOptions): Promise<Session> {
  const target = firstTarget(stage);
  const tally = tallyFor(target, 2 * options.groups);
  const subscribers = await arrivals(2 * options.groups, (index) => {
    const pattern = `/bench/${Math.floor(index / 2)}/${index % 2 === 0 ? "*" : "**"}`;
    return subscriber(wire, target, [pattern], (body) => tally.receive(index, body));
  });
  const publishers = await arrivals(options.publishers, () => wire.connect(target));
  const lanes = publishers.map((sender, stream) => laneOf(sender, stream, options));
  const clients = [...subscribers, ...publishers];
  return new LaneSession({ clients, lanes, tally, target, operationsOf: () => 1 });
}

function laneOf(sender: Client, stream: number, options: PatternsOptions): Lane {
  const { groups, channelsPerGroup, publishers } = options;
  let at = stream;
  return () => {
    const channel = `/bench/${at % groups}/${Math.floor(at / groups) % channelsPerGroup}`;
    at += publishers;
    return { sender, stream, channel, recipients: 2 };
  };
}
