import { describe, expect, it } from "vitest";
import { Partitioning } from "./partitioning.ts";
import { SLOTS, slotOf } from "./slots.ts";

describe("partitions", () => {
  const several = new Partitioning("encke", 16);

  it("have names whose slots are spread over all of them evenly", () => {
    const shares = several.names.map((name) => {
      const slot = slotOf(name.slice(1, -1));
      return Math.floor((slot * 16) / SLOTS);
    });
    expect(shares).toEqual(Array.from({ length: 16 }, (_, index) => index));
  });

  it("have channels with the same first segment in common", () => {
    const channels = ["/shop", "/shop/a", "/shop/a/b", "/shop/*", "/shop/**"];
    expect(new Set(channels.map((channel) => several.ofChannel(channel))).size).toBe(1);
  });

  it("hold all that a pattern matches", () => {
    expect(several.ofPattern("/shop/**")).toEqual([several.ofChannel("/shop")]);
    expect(several.ofPattern("/**")).toHaveLength(16);
    expect(several.ofPattern("/*")).toHaveLength(16);
  });

  it("share the channels and the clients", () => {
    const names = Array.from({ length: 200 }, (_, index) => `${index}`);
    expect(new Set(names.map((name) => several.ofChannel(`/${name}/x`))).size).toBe(16);
    expect(new Set(names.map((name) => several.ofClient(name))).size).toBe(16);
  });

  it("that are only one have the prefix for a name", () => {
    expect(new Partitioning("encke", 1).names).toEqual(["{encke}"]);
  });
});
