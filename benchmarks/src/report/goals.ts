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

/** Instructions where they are counted, processor time elsewhere, memory of the idle. */
const COSTS = ["kiloInstructions", "cpuMicroseconds", "bytesPerClient"] as const;

/** What one says of a figure, where it is found, the first that is there, and in which unit: of each, less is better. */
const FIGURES = {
  cost: { title: "cost", names: COSTS, unit: 1 },
  kins: { title: "kins", names: ["kiloInstructions"], unit: 1 },
  p50: { title: "p50", names: ["latencyP50"], unit: 1 },
  p99: { title: "p99", names: ["latencyP99"], unit: 1 },
  longest: { title: "longest wait, ms", names: ["latencyMax"], unit: 1 },
  kilobytes: { title: "KB a client", names: ["bytesPerClient"], unit: 1_000 },
} as const satisfies Record<string, FigureKind>;

interface FigureKind {
  readonly title: string;
  readonly names: readonly (keyof Measurement)[];
  readonly unit: number;
}

const OURS: readonly string[] = ["encke", "encke on Redis"];
const GATEWAY = "encke for Socket.IO clients";
/** Servers without any protocol: what they cost is what node and the system cost. */
const BARE: readonly string[] = ["bare node:net", "bare node:http"];

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
  /** The same of a server without any protocol. Undefined where none was measured. */
  readonly bare: string | undefined;
}

/** Of the goals that these results say something about. */
export function goalsOf(results: readonly CaseResult[]): readonly GoalResult[] {
  return GOALS.flatMap((goal) => {
    const ofIt = results.filter(({ workload }) => isMeant(goal, workload));
    const names = "ours" in goal ? [goal.ours] : OURS;
    const ours = ofIt.find(({ server }) => names.includes(server));
    if (ours === undefined) return [];
    const theirs = ofIt.find(({ server }) => "peer" in goal && server === goal.peer);
    if ("peer" in goal && theirs === undefined) return [];
    const name = firstOf(FIGURES[goal.figure].names, ours, theirs ?? ours);
    if (name === undefined) return [];
    const bare = ofIt.find(({ server }) => BARE.includes(server));
    return [resultOf(goal, ours, (of) => valueFor(goal, name, of, theirs), bare)];
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

/** How many times as much an operation costs as it does at `base`. */
export function costRatio(one: CaseResult, base: CaseResult): number | undefined {
  const name = firstOf(COSTS, one, base);
  return name && figureOf(name, one) / figureOf(name, base);
}

/** The first figure that both have, so that never one kind is divided by another. */
function firstOf(
  names: readonly (keyof Measurement)[],
  one: CaseResult,
  other: CaseResult,
): keyof Measurement | undefined {
  return names.find((name) => one.median[name] !== undefined && other.median[name] !== undefined);
}

function figureOf(name: keyof Measurement, { median }: CaseResult): number {
  return median[name] ?? Number.NaN;
}

function valueFor(
  goal: Goal,
  name: keyof Measurement,
  of: CaseResult,
  theirs?: CaseResult,
): number {
  const figure = figureOf(name, of);
  return theirs ? figureOf(name, theirs) / figure : figure / FIGURES[goal.figure].unit;
}

function resultOf(
  goal: Goal,
  ours: CaseResult,
  read: (of: CaseResult) => number,
  bare: CaseResult | undefined,
): GoalResult {
  const value = read(ours);
  const digits = "peer" in goal ? 2 : 1;
  const ofBare = bare === undefined ? Number.NaN : read(bare);
  return {
    workload: ours.workload,
    goal: textOf(goal),
    measured: value.toFixed(digits),
    isReached: "peer" in goal ? value >= goal.atLeast : value <= goal.atMost,
    bare: Number.isNaN(ofBare) ? undefined : ofBare.toFixed(digits),
  };
}

function textOf(goal: Goal): string {
  const { title } = FIGURES[goal.figure];
  if (!("peer" in goal)) return `${title} at most ${goal.atMost}`;
  return `${title}: ${goal.peer} / ${goal.ours ?? "ours"} at least ${goal.atLeast}`;
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
