import { describe, expect, it } from "vitest";
import { RandomWalk } from "./random-walk.ts";

describe("a random walk", () => {
  it("takes the same steps for the same seed, and others for another", () => {
    const [one, same, other] = [7, 7, 8].map((seed) => stepsOf(new RandomWalk(100, seed)));
    expect(same).toEqual(one);
    expect(other).not.toEqual(one);
  });

  it("goes in small steps of whole cents, both ways", () => {
    const walk = new RandomWalk(100, 1);
    const moves = new Set<number>();
    for (let before = walk.price, step = 0; step < 1_000; step += 1) {
      const price = walk.next();
      expect(price * 100).toBeCloseTo(Math.round(price * 100), 6);
      expect(Math.abs(price - before)).toBeLessThanOrEqual(before * 0.004 + 0.01);
      moves.add(Math.sign(price - before));
      before = price;
    }
    expect(moves).toContain(1);
    expect(moves).toContain(-1);
  });

  it("never comes to nothing", () => {
    const walk = new RandomWalk(0.01, 3);
    expect(Math.min(...stepsOf(walk))).toBeGreaterThan(0);
  });

  it("goes on from where it was put", () => {
    const walk = new RandomWalk(100, 1);
    walk.jump(500);
    expect(walk.next()).toBeGreaterThan(490);
  });
});

function stepsOf(walk: RandomWalk): number[] {
  return Array.from({ length: 50 }, () => walk.next());
}
