import type { Measurement } from "../measurement.ts";
import type { CaseResult } from "./results-file.ts";

/** A figure of ours that must not be above a limit, or as many times better than that of a peer. */
type Goal = Limit | Lead;

interface Limit {
  /** What the name of the workload contains; several with semicolons. */
  readonly workload: string;
  readonly figure: Figure;
  readonly atMost: number;
}

interface Lead {
  readonly workload: string;
  readonly figure: Figure;
  /** The server that it is a goal for. @default the first of ours that was measured */
  readonly ours?: string;
  readonly peer: string;
  /** The figure of the peer divided by ours. */
  readonly atLeast: number;
}

type Figure = keyof typeof FIGURES;

/** What one says of a figure, and where it is found: of each, less is better. */
const FIGURES = {
  cost: { title: "cost", of: costOf },
  kins: { title: "kins", of: ({ kiloInstructions }: Measurement) => kiloInstructions },
  p50: { title: "p50", of: ({ latencyP50 }: Measurement) => latencyP50 },
  p99: { title: "p99", of: ({ latencyP99 }: Measurement) => latencyP99 },
  longest: { title: "longest wait, ms", of: ({ latencyMax }: Measurement) => latencyMax },
  kilobytes: {
    title: "KB a client",
    of: ({ bytesPerClient }: Measurement) =>
      bytesPerClient === undefined ? undefined : bytesPerClient / 1_000,
  },
} as const;

const OURS: readonly string[] = ["encke", "encke on Redis"];
const GATEWAY = "encke for Socket.IO clients";

const GOALS: readonly Goal[] = [
  { workload: "fan-out, websocket; 8 in flight", figure: "kins", atMost: 5 },
  ...leads("fan-out, websocket; 8 in flight", { faye: 8, "socket.io": 4, ws: 4 }),
  { workload: "fan-out, websocket; 1 in flight", figure: "kins", atMost: 14 },
  ...leads("fan-out, websocket; 1 in flight", { faye: 3, "socket.io": 1.5, ws: 1.3 }),
  { workload: "fan-out, long-polling", figure: "kins", atMost: 100 },
  ...leads("fan-out, long-polling", { faye: 2, "cometd-nodejs-server": 1.8, "socket.io": 1 }),
  ...leads("rooms, websocket", { faye: 2.3, "socket.io": 1.4, ws: 1.1 }),
  ...leads("rooms, long-polling", { faye: 1.9, "socket.io": 1 }),
  ...leads("storm, websocket", { faye: 3.5, "socket.io": 1.8 }),
  ...leads("storm, long-polling", { faye: 2.3, "socket.io": 2.5 }),
  ...leads("patterns, websocket", { faye: 2 }),
  ...leads("patterns, long-polling", { faye: 2 }),
  ...leads("receipt, websocket", { faye: 1.6, "socket.io": 1.4 }),
  ...leads("receipt, long-polling", { faye: 1.3, "socket.io": 2.3 }),
  ...leads("latency, websocket", { faye: 2, "socket.io": 1.5 }, "p50"),
  ...leads("latency, websocket", { faye: 1, "socket.io": 1, ws: 1 }, "p99"),
  { workload: "memory, websocket", figure: "kilobytes", atMost: 12 },
  { workload: "memory, long-polling", figure: "kilobytes", atMost: 26 },
  { workload: "two nodes", figure: "kins", atMost: 20 },
  ...leads("two nodes", { "faye-redis": 6, "socket.io on Redis": 1 }),
  { workload: "crowd", figure: "longest", atMost: 20 },
  noDearer("fan-out, websocket; 8 in flight"),
  noDearer("fan-out, websocket; 1 in flight"),
  noDearer("fan-out, long-polling"),
];

export interface GoalResult {
  readonly workload: string;
  readonly goal: string;
  readonly measured: string;
  readonly isReached: boolean;
}

/** Of the goals that these results say something about. */
export function goalsOf(results: readonly CaseResult[]): readonly GoalResult[] {
  return GOALS.flatMap((goal) => {
    const ofIt = results.filter(({ workload }) => isMeant(goal, workload));
    const names = "ours" in goal ? [goal.ours] : OURS;
    const ours = ofIt.find(({ server }) => names.includes(server));
    if (ours === undefined) return [];
    const result = "peer" in goal ? leadOf(goal, ours, ofIt) : limitOf(goal, ours);
    return result === undefined ? [] : [result];
  });
}

/** Whether there is a goal for what an operation of this workload costs. */
export function isAboutCosts(workload: string): boolean {
  const costs: readonly Figure[] = ["cost", "kins"];
  return GOALS.some((goal) => costs.includes(goal.figure) && isMeant(goal, workload));
}

function isMeant(goal: Goal, workload: string): boolean {
  return goal.workload.split("; ").every((word) => workload.includes(word));
}

/** What an operation costs: instructions where they are counted, processor time elsewhere, memory of the idle. */
export function costOf(measurement: Measurement): number | undefined {
  const { kiloInstructions, cpuMicroseconds, bytesPerClient } = measurement;
  return kiloInstructions ?? cpuMicroseconds ?? bytesPerClient;
}

function limitOf({ figure, atMost }: Limit, ours: CaseResult): GoalResult | undefined {
  const { title, of } = FIGURES[figure];
  const measured = of(ours.median);
  if (measured === undefined) return undefined;
  return {
    workload: ours.workload,
    goal: `${title} at most ${atMost}`,
    measured: measured.toFixed(1),
    isReached: measured <= atMost,
  };
}

function leadOf(
  { figure, ours: name = "ours", peer, atLeast }: Lead,
  ours: CaseResult,
  ofIt: readonly CaseResult[],
): GoalResult | undefined {
  const { title, of } = FIGURES[figure];
  const theirs = ofIt.find(({ server }) => server === peer);
  const ourFigure = of(ours.median);
  const theirFigure = theirs && of(theirs.median);
  if (ourFigure === undefined || theirFigure === undefined) return undefined;
  const lead = theirFigure / ourFigure;
  return {
    workload: ours.workload,
    goal: `${title}: ${peer} / ${name} at least ${atLeast}`,
    measured: lead.toFixed(2),
    isReached: lead >= atLeast,
  };
}

function leads(
  workload: string,
  peers: Readonly<Record<string, number>>,
  figure: Figure = "cost",
): readonly Lead[] {
  return Object.entries(peers).map(([peer, atLeast]) => ({ workload, figure, peer, atLeast }));
}

/** Clients of Socket.IO must not cost more here than what they cost its own server. */
function noDearer(workload: string): Lead {
  return { workload, figure: "cost", ours: GATEWAY, peer: "socket.io", atLeast: 1 };
}
