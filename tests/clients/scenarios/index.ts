import { BASICS } from "./basics.ts";
import { BROWSERS } from "./browsers.ts";
import { ORDER } from "./order.ts";
import { ENDINGS, RECONNECTION } from "./recovery.ts";
import { REFUSALS } from "./refusals.ts";
import type { Scenario } from "./scenario.ts";

export const SCENARIOS: readonly Scenario[] = [
  ...BASICS,
  ...ORDER,
  ...REFUSALS,
  ...BROWSERS,
  ...RECONNECTION,
  ...ENDINGS,
];
