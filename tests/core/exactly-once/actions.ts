import type { StoreMethod } from "@encke/store-testkit";
import fc from "fast-check";

export const CLIENTS = 5;
const CHANNELS = ["/a", "/b/x", "/b/y/z"] as const;
const PATTERNS = ["/a", "/b/x", "/b/*", "/b/**"] as const;

/** Something that happens: a client, the server, the network, time or the store makes a move. */
export type Action =
  | {
      readonly type: "handshake" | "disconnect" | "revoke";
      readonly by: number;
      readonly at: number;
    }
  | {
      readonly type: "poll" | "stream";
      readonly by: number;
      readonly at: number;
      readonly timeout?: number;
    }
  | { readonly type: "subscribe" | "unsubscribe"; readonly by: number; readonly pattern: string }
  | { readonly type: "publish"; readonly by: number; readonly at: number; readonly channel: string }
  | {
      readonly type: "announce";
      readonly at: number;
      readonly channel: string;
      readonly except?: number;
    }
  | { readonly type: "deliver"; readonly at: number; readonly to: number }
  /** What becomes of the exchanges that a client has open or that have not left yet. */
  | { readonly type: "leave" | "flush" | "fill" | "drain"; readonly by: number }
  | { readonly type: "pass"; readonly ms: number }
  | { readonly type: "turn" }
  | { readonly type: "answer"; readonly at: number; readonly which: number }
  | {
      readonly type: "fail";
      readonly at: number;
      readonly method: StoreMethod;
      readonly point: "before" | "after";
    }
  | { readonly type: "close" };

export type End = "leave" | "close";

/** Lists of actions on so many nodes, those of a shutdown among them when that is how it ends. */
export function actionsOf(end: End, nodes: number): fc.Arbitrary<Action[]> {
  const usual = actionsOn(nodes);
  const actions = end === "close" ? [...usual, weigh(1, { type: "close" })] : usual;
  const beginning = [...Array.from({ length: nodes }, opened), ...BEGINNING];
  const begun = fc
    .array(fc.oneof(...actions), { maxLength: 60, size: "max" })
    .map((rest) => [...beginning, ...rest]);
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
const pattern = fc.constantFrom(...PATTERNS);

function actionsOn(nodes: number): readonly Weighed[] {
  const at = fc.nat({ max: nodes - 1 });
  const connect = fc.constantFrom("poll", "stream");
  return [
    weigh(1, { type: fc.constantFrom("handshake", "disconnect", "revoke"), by, at }),
    weigh(8, { type: connect, by, at }),
    weigh(1, { type: connect, by, at, timeout: fc.constantFrom(0, 700) }),
    weigh(3, { type: "subscribe", by, pattern }),
    weigh(1, { type: "unsubscribe", by, pattern }),
    weigh(7, { type: "publish", by, at, channel }),
    weigh(3, { type: "announce", at, channel }),
    weigh(1, { type: "announce", at, channel, except: by }),
    weigh(1, { type: "deliver", at, to: by }),
    weigh(4, { type: "flush", by }),
    weigh(3, { type: fc.constantFrom("leave", "fill", "drain"), by }),
    weigh(3, { type: "pass", ms: fc.constantFrom(1, 37, 250, 1_000, 9_999, 31_000) }),
    weigh(4, { type: "turn" }),
    weigh(5 + nodes, { type: "answer", at, which: fc.nat({ max: 9 }) }),
    weigh(4, {
      type: "fail",
      at,
      // Where it is not written down what a client has got, another node may send it again.
      method: fc.constantFrom(...METHODS, ...(nodes === 1 ? (["clients.commit"] as const) : [])),
      point: fc.constantFrom("before", "after"),
    }),
  ];
}

const METHODS: readonly StoreMethod[] = [
  "log.append",
  "log.read",
  "clients.create",
  "clients.claim",
  "clients.subscribe",
  "clients.unsubscribe",
  "clients.touch",
  "clients.reap",
];

/** The store of this node is there. */
function opened(_: unknown, at: number): Action {
  return { type: "answer", at, which: 0 };
}

/** All clients are there and subscribed, so that more of what follows concerns somebody. */
const BEGINNING: readonly Action[] = Array.from({ length: CLIENTS }, (_, by): Action[] => [
  { type: "handshake", by, at: 0 },
  { type: "turn" },
  { type: "answer", at: 0, which: 0 },
  { type: "answer", at: 0, which: 0 },
  { type: "answer", at: 0, which: 0 },
  { type: "flush", by },
  { type: "poll", by, at: 0 },
  { type: "subscribe", by, pattern: by === 0 ? "/a" : "/b/**" },
  { type: "answer", at: 0, which: 0 },
  { type: "flush", by },
  { type: "poll", by, at: 0 },
]).flat();

type Shape = { readonly [name: string]: fc.Arbitrary<unknown> | string };

function weigh(weight: number, shape: Shape): Weighed {
  const members = Object.entries(shape).map(([name, value]) => [
    name,
    typeof value === "string" ? fc.constant(value) : value,
  ]);
  return { weight, arbitrary: fc.record(Object.fromEntries(members)) as fc.Arbitrary<Action> };
}
