import { readFile } from "node:fs/promises";
import type { Comet, CometStats } from "@encke/core";
import { metrics } from "@encke/metrics";
import { Registry } from "prom-client";
import { describe, expect, it } from "vitest";
import { codeIn, tablesOf } from "../docs/support/markdown.ts";
import { ROOT, readPage } from "../docs/support/pages.ts";
import { World } from "../support/world.ts";

const DOCUMENTS = [
  "docs/guide/dashboard.json",
  "docs/guide/monitoring.md",
  "docs/reference/metrics.md",
] as const;

/** What Prometheus makes of a histogram. */
const OF_HISTOGRAM = /_(?:bucket|count|sum)$/;

function registryOf(comet: Comet): Registry {
  const registry = new Registry();
  comet.use(metrics({ registry }));
  return registry;
}

/** The names of metrics that occur in a text. */
function namesIn(text: string): readonly string[] {
  return (text.match(/\bencke_\w+/g) ?? []).map((name) => name.replace(OF_HISTOGRAM, ""));
}

function unknownIn(text: string, registry: Registry): readonly string[] {
  return namesIn(text).filter((name) => registry.getSingleMetric(name) === undefined);
}

/** The reasons that the reference lists below its facts. */
async function documentedReasons(): Promise<readonly string[]> {
  const tables = tablesOf((await readPage("docs/reference/events.md")).text);
  const [, reasons] = tables.filter(({ heading }) => heading === "Facts");
  return (reasons?.rows ?? []).flatMap(([reason]) => codeIn(reason) ?? []);
}

describe("what is written about metrics", () => {
  it.each(DOCUMENTS)("asks only for metrics that there are: %s", async (path) => {
    const text = await readFile(new URL(path, ROOT), "utf8");
    const registry = registryOf(new World().comet);
    expect(namesIn(text).length).toBeGreaterThan(4);
    expect(unknownIn(text, registry)).toEqual([]);
  });

  it("would be found wrong if it made up a metric", () => {
    const registry = registryOf(new World().comet);
    const text = "encke_clients encke_patience_total encke_message_seconds_bucket";
    expect(unknownIn(text, registry)).toEqual(["encke_patience_total"]);
  });

  it("has a dashboard that Grafana can tell the panels of apart", async () => {
    const { panels } = JSON.parse(await readFile(new URL(DOCUMENTS[0], ROOT), "utf8")) as {
      readonly panels: readonly { readonly id: number; readonly targets: readonly object[] }[];
    };
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(panels.filter(({ targets }) => targets.length === 0)).toEqual([]);
  });

  it("lists the reasons that have a label of their own", async () => {
    const reasons = await documentedReasons();
    const world = new World();
    const registry = registryOf(world.comet);
    for (const reason of reasons) {
      await world.comet.disconnect((await world.connected()).clientId, reason);
    }
    const ended = await registry.getSingleMetric("encke_disconnects_total")?.get();
    expect(reasons).toContain("lost");
    expect(ended?.values.map(({ labels: { reason } }) => reason)).toEqual(reasons);
  });
});

describe("metrics", () => {
  it("have every figure that the Comet has of itself", async () => {
    const world = new World();
    const figures = Object.keys(world.comet.stats());
    const values = figures.map((_, index) => 1_001 + index);
    const stats = Object.fromEntries(figures.map((name, index) => [name, values[index]]));
    world.comet.stats = () => stats as unknown as CometStats;
    const text = await registryOf(world.comet).metrics();
    expect(values.filter((value) => !text.includes(` ${value}\n`))).toEqual([]);
  });
});
