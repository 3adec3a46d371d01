import fc from "fast-check";

export const NODES = 2;
/** `/a/secret` is covered by what the client is subscribed to, and it may not see it. */
const CHANNELS = ["/a/x", "/a/y", "/a/lazy", "/a/secret", "/b"] as const;

/** Something that the client, the server, the network, time or the store does. */
export type Action =
  /** The client gives up a connect that is open, and sends another one. */
  | { readonly type: "connect"; readonly node: number; readonly by: "poll" | "stream" }
  /** What was written for the open connect reaches the client. */
  | { readonly type: "arrive" }
  /** What a node comes to believe of an exchange, wherever its answer has got. */
  | { readonly type: "sent" | "failed"; readonly exchange: number }
  | { readonly type: "publish"; readonly node: number; readonly channel: string }
  | { readonly type: "deliver"; readonly node: number }
  /** A message of the client that is no connect. */
  | { readonly type: "say"; readonly node: number }
  | { readonly type: "pass"; readonly ms: number }
  | { readonly type: "turn" }
  | { readonly type: "answer"; readonly node: number; readonly which: number }
  /** A listener or a policy that took its time is done. */
  | { readonly type: "decide"; readonly which: number }
  /** Everything that is under way at the nodes comes to its end. */
  | { readonly type: "settle" }
  /** The process is gone, and another takes its place. */
  | { readonly type: "crash" | "restart"; readonly node: number };

interface Weighed {
  readonly weight: number;
  readonly arbitrary: fc.Arbitrary<Action>;
}

const node = fc.nat({ max: NODES - 1 });
/** Mostly the newest: the others are over. */
const exchange = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat({ max: 3 }));
const which = fc.nat({ max: 5 });

const ACTIONS: readonly Weighed[] = [
  { weight: 8, arbitrary: a({ type: "connect", node, by: "poll" }) },
  { weight: 2, arbitrary: a({ type: "connect", node, by: "stream" }) },
  { weight: 6, arbitrary: a({ type: "arrive" }) },
  { weight: 4, arbitrary: a({ type: "sent", exchange }) },
  { weight: 4, arbitrary: a({ type: "failed", exchange }) },
  { weight: 9, arbitrary: a({ type: "publish", node, channel: fc.constantFrom(...CHANNELS) }) },
  { weight: 1, arbitrary: a({ type: "deliver", node }) },
  { weight: 2, arbitrary: a({ type: "say", node }) },
  { weight: 2, arbitrary: a({ type: "pass", ms: fc.constantFrom(1, 300, 5_000, 31_000) }) },
  { weight: 5, arbitrary: a({ type: "turn" }) },
  { weight: 8, arbitrary: a({ type: "answer", node, which }) },
  { weight: 5, arbitrary: a({ type: "decide", which }) },
  { weight: 6, arbitrary: a({ type: "settle" }) },
  { weight: 1, arbitrary: a({ type: "crash", node }) },
  { weight: 1, arbitrary: a({ type: "restart", node }) },
];

export const actions: fc.Arbitrary<Action[]> = fc.array(fc.oneof(...ACTIONS), {
  maxLength: 60,
  size: "max",
});

type Shape = { readonly [name: string]: fc.Arbitrary<unknown> | string };

function a(shape: Shape): fc.Arbitrary<Action> {
  const members = Object.entries(shape).map(([name, value]) => [
    name,
    typeof value === "string" ? fc.constant(value) : value,
  ]);
  return fc.record(Object.fromEntries(members)) as fc.Arbitrary<Action>;
}
