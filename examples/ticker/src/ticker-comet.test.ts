import type { Comet } from "@encke/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Market } from "./market.ts";
import { createTickerComet } from "./ticker-comet.ts";

describe("the ticker without a network", () => {
  let comet: Comet;

  beforeEach(() => {
    comet = createTickerComet(new Market(1), { every: 5 });
  });

  afterEach(() => comet.close());

  it("quotes the stocks that somebody wants to know of, and no others", async () => {
    const heard = new Set<string>();
    comet.on("published", ({ channel }) => {
      heard.add(channel);
    });
    const client = await comet.createClient();
    await comet.subscribe(client.id, "/quotes/ENCK");
    await expect.poll(() => comet.stats().published).toBeGreaterThan(3);
    expect([...heard]).toEqual(["/quotes/ENCK"]);
  });

  it("lets only the latest quote of a stock wait for who does not fetch it", async () => {
    const client = await comet.createClient();
    await comet.subscribe(client.id, "/quotes/ENCK");
    await comet.subscribe(client.id, "/quotes/HALY");
    await expect.poll(() => comet.stats().conflated).toBeGreaterThan(5);
    expect(client.waiting).toBe(2);
  });

  it("tells who comes later what the last minute was like", async () => {
    const first = await comet.createClient();
    await comet.subscribe(first.id, "/quotes/ENCK");
    await expect.poll(() => comet.stats().published).toBeGreaterThan(3);
    const second = await comet.createClient();
    await comet.subscribe(second.id, "/quotes/ENCK", { last: 4 });
    expect(second.waiting).toBeGreaterThanOrEqual(4);
  });
});
