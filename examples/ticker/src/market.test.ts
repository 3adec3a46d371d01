import { describe, expect, it } from "vitest";
import { Market, STOCKS } from "./market.ts";

describe("the market", () => {
  it("quotes the same prices for the same seed", () => {
    const prices = [new Market(1), new Market(1)].map((market) =>
      STOCKS.map(({ symbol }) => market.next(symbol).price),
    );
    expect(prices[0]).toEqual(prices[1]);
  });

  it("counts its quotes, and says what changed since it was opened", () => {
    const market = new Market(1);
    market.next("HALY");
    expect(market.trade("ENCK", 103.2 * 1.05)).toMatchObject({
      symbol: "ENCK",
      change: 5,
      sequence: 2,
    });
  });

  it("goes on from the price of the last trade", () => {
    const market = new Market(1);
    market.trade("BIEL", 40);
    expect(market.next("BIEL").price).toBeCloseTo(40, 0);
  });

  it("knows its stocks", () => {
    const market = new Market(1);
    expect(market.has("ENCK")).toBe(true);
    expect(market.has("constructor")).toBe(false);
    expect(() => market.next("NONE")).toThrow(RangeError);
  });
});
