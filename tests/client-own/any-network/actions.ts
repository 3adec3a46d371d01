import fc from "fast-check";

/** How often something happens, compared with everything else. */
const WEIGHTS = {
  // What the application does.
  publish: 6,
  publishTwo: 2,
  call: 2,
  callInVain: 1,
  abortedCall: 1,
  subscribe: 2,
  unsubscribe: 1,
  // What others do.
  tell: 6,
  restart: 1,
  // What the network does.
  arrive: 6,
  answer: 14,
  break: 3,
  breakAfterwards: 3,
  disturb: 1,
  open: 4,
  rise: 8,
  fall: 8,
  flow: 8,
  cut: 4,
  die: 1,
  pass: 5,
} as const;

/** `number` says which of several. */
export interface Action {
  readonly type: keyof typeof WEIGHTS;
  readonly number: number;
}

export function actions(): fc.Arbitrary<Action[]> {
  const each = Object.entries(WEIGHTS).map(([type, weight]) => ({
    weight,
    arbitrary: fc.record({
      type: fc.constant(type as Action["type"]),
      number: fc.nat({ max: 11 }),
    }),
  }));
  return fc.array(fc.oneof(...each), { maxLength: 70, size: "max" });
}
