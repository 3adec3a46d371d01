import type { LogState } from "@encke/core";
import { expect, it } from "vitest";
import { JointState } from "./joint-state.ts";

it("is stalled from the first partition that is until the last one is live again", () => {
  const states: LogState[] = [];
  const state = new JointState({ onState: (now) => states.push(now) });
  for (const [partition, isLive] of [
    [0, true],
    [0, false],
    [1, false],
    [0, true],
    [1, true],
  ] as const) {
    state.become(partition, isLive);
  }
  expect(states).toEqual(["stalled", "live"]);
});
