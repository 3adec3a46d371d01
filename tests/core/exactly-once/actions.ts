import type { StoreMethod } from "@encke/store-testkit";
import fc from "fast-check";

export const CLIENTS = 5;
const CHANNELS = ["/a", "/b/x", "/b/y/z"] as const;
const PATTERNS = ["/a", "/b/x", "/b/*", "/b/**"] as const;

/** Something that happens: a client, the server, the network, time or the store makes a move. */
export type Action =
  | { readonly type: "handshake" | "disconnect" | "revoke"; readonly by: number }
  | { readonly type: "poll" | "stream"; readonly by: number; readonly timeout?: number }
  | { readonly type: "subscribe" | "unsubscribe"; readonly by: number; readonly pattern: string }
  | { readonly type: "publish"; readonly by: number; readonly channel: string }
  | { readonly type: "announce"; readonly channel: string; readonly except?: number }
  | { readonly type: "deliver"; readonly to: number }
  /** What becomes of the exchanges that a client has open or that have not left yet. */
  | { readonly type: "leave" | "flush" | "fill" | "drain"; readonly by: number }
  | { readonly type: "pass"; readonly ms: number }
  | { readonly type: "turn" }
  | { readonly type: "answer"; readonly which: number }
  | { readonly type: "fail"; readonly method: StoreMethod; readonly point: "before" | "after" }
  | { readonly type: "close" };

export type End = "leave" | "close";

/** Lists of actions, those of a shutdown among them when that is how it ends. */
export function actionsOf(end: End): fc.Arbitrary<Action[]> {
  const actions = end === "close" ? [...ACTIONS, weigh(1, { type: "close" })] : ACTIONS;
  const begun = fc
    .array(fc.oneof(...actions), { maxLength: 60, size: "max" })
    .map((rest) => [...BEGINNING, ...rest]);
  return fc.oneof(
    { weight: 4, arbitrary: begun },
    fc.array(fc.oneof(...actions), { maxLength: 40 }),
  );
}

interface Weighed {
  readonly weight: number;
  readonly arbitrary: fc.Arbitrary<Action>;
}

const by = fc.nat({ max: CLIENTS - 1 });
const channel = fc.constantFrom(...CHANNELS);

const ACTIONS: readonly Weighed[] = [
  weigh(1, { type: fc.constantFrom("handshake", "disconnect", "revoke"), by }),
  weigh(8, { type: fc.constantFrom("poll", "stream"), by }),
  weigh(1, { type: fc.constantFrom("poll", "stream"), by, timeout: fc.constantFrom(0, 700) }),
  weigh(3, { type: "subscribe", by, pattern: fc.constantFrom(...PATTERNS) }),
  weigh(1, { type: "unsubscribe", by, pattern: fc.constantFrom(...PATTERNS) }),
  weigh(7, { type: "publish", by, channel }),
  weigh(3, { type: "announce", channel }),
  weigh(1, { type: "announce", channel, except: by }),
  weigh(1, { type: "deliver", to: by }),
  weigh(4, { type: "flush", by }),
  weigh(3, { type: fc.constantFrom("leave", "fill", "drain"), by }),
  weigh(3, { type: "pass", ms: fc.constantFrom(1, 37, 250, 1_000, 9_999, 31_000) }),
  weigh(4, { type: "turn" }),
  weigh(6, { type: "answer", which: fc.nat({ max: 9 }) }),
  weigh(4, {
    type: "fail",
    method: fc.constantFrom<StoreMethod>(
      "log.append",
      "log.read",
      "clients.create",
      "clients.claim",
      "clients.commit",
      "clients.subscribe",
      "clients.unsubscribe",
      "clients.touch",
      "clients.reap",
    ),
    point: fc.constantFrom("before", "after"),
  }),
];

/** All clients are there and subscribed, so that more of what follows concerns somebody. */
const BEGINNING: readonly Action[] = Array.from({ length: CLIENTS }, (_, by): Action[] => [
  { type: "handshake", by },
  { type: "turn" },
  { type: "answer", which: 0 },
  { type: "answer", which: 0 },
  { type: "answer", which: 0 },
  { type: "flush", by },
  { type: "poll", by },
  { type: "subscribe", by, pattern: by === 0 ? "/a" : "/b/**" },
  { type: "answer", which: 0 },
  { type: "flush", by },
  { type: "poll", by },
]).flat();

type Shape = { readonly [name: string]: fc.Arbitrary<unknown> | string };

function weigh(weight: number, shape: Shape): Weighed {
  const members = Object.entries(shape).map(([name, value]) => [
    name,
    typeof value === "string" ? fc.constant(value) : value,
  ]);
  return { weight, arbitrary: fc.record(Object.fromEntries(members)) as fc.Arbitrary<Action> };
}
