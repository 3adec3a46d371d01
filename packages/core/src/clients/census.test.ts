import { describe, expect, it } from "vitest";
import { Census } from "./census.ts";

const LIMITS = { clientsPerBrowser: 2, clientsPerAddress: 3 };

function from(browser?: string, address?: string): Parameters<Census["add"]>[0] {
  const profile = { publicId: "p", data: {} };
  return { ...profile, ...(browser && { browser }), ...(address && { address }) };
}

describe("Census", () => {
  it("has room for as many clients of a browser as the limit says", () => {
    const census = new Census(LIMITS);
    census.add(from("b"));
    expect(census.hasRoomFor(from("b"))).toBe(true);
    census.add(from("b"));
    expect(census.hasRoomFor(from("b"))).toBe(false);
    expect(census.hasRoomFor(from("c"))).toBe(true);
    census.remove(from("b"));
    expect(census.hasRoomFor(from("b"))).toBe(true);
  });

  it("has room for as many clients of an address as the limit says, from whatever browser", () => {
    const census = new Census(LIMITS);
    for (const browser of ["a", "b", "c"]) census.add(from(browser, "1.2.3.4"));
    expect(census.hasRoomFor(from("d", "1.2.3.4"))).toBe(false);
    expect(census.hasRoomFor(from("d", "1.2.3.5"))).toBe(true);
  });

  it("always has room for what comes from nowhere that is known", () => {
    const census = new Census({ clientsPerBrowser: 1, clientsPerAddress: 1 });
    for (let count = 0; count < 5; count++) census.add(from());
    expect(census.hasRoomFor(from())).toBe(true);
  });

  it("takes names of the language's own objects for what they are: names", () => {
    const census = new Census({ clientsPerBrowser: 1, clientsPerAddress: 1 });
    expect(census.hasRoomFor(from("__proto__", "constructor"))).toBe(true);
    census.add(from("__proto__", "constructor"));
    expect(census.hasRoomFor(from("__proto__"))).toBe(false);
    expect(census.hasRoomFor(from("toString", "constructor"))).toBe(false);
  });
});
