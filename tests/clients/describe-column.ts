import { describe, it } from "vitest";
import type { Column } from "./column.ts";
import { SCENARIOS } from "./scenarios/index.ts";
import type { Scenario } from "./scenarios/scenario.ts";
import { Stage } from "./stage.ts";

/** Runs scenarios, all of them by default, with one library over one transport. */
export function describeColumn(column: Column, scenarios: readonly Scenario[] = SCENARIOS): void {
  describe(column.name, () => {
    for (const { name, server, run } of scenarios) {
      it(name, async () => {
        const stage = await Stage.open(column, server);
        try {
          await run(stage);
        } finally {
          await stage.close();
        }
      });
    }
  });
}
