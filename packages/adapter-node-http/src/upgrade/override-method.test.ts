import { describe, expect, it } from "vitest";
import { overrideMethod } from "./override-method.ts";

class Greeter {
  greet(): string {
    return "hello";
  }
}

function louder(greeter: Greeter, mark: string): () => void {
  const { greet } = greeter;
  return overrideMethod(greeter, "greet", () => greet.call(greeter) + mark);
}

describe("a method that was overridden", () => {
  it("is the inherited one again when that is undone, and no property of the object's own", () => {
    const greeter = new Greeter();
    const undo = louder(greeter, "!");
    expect(greeter.greet()).toBe("hello!");
    undo();
    undo();
    expect(greeter.greet()).toBe("hello");
    expect(Object.hasOwn(greeter, "greet")).toBe(false);
  });

  it("is the object's own again where it had one", () => {
    const greeter = Object.assign(new Greeter(), { greet: () => "hi" });
    const own = greeter.greet;
    louder(greeter, "!")();
    expect(greeter.greet).toBe(own);
  });

  it.each([
    [0, 1, 2],
    [2, 1, 0],
    [1, 2, 0],
    [1, 0, 2],
  ])("is as it was when all are undone, in the order %i, %i, %i", (...order) => {
    const greeter = new Greeter();
    const undo = ["!", "?", "."].map((mark) => louder(greeter, mark));
    expect(greeter.greet()).toBe("hello!?.");
    for (const at of order) undo[at]?.();
    expect(Object.hasOwn(greeter, "greet")).toBe(false);
  });

  it("is left to somebody who has put their own on top", () => {
    const greeter = new Greeter();
    const undo = louder(greeter, "!");
    const theirs = () => "good day";
    greeter.greet = theirs;
    undo();
    expect(greeter.greet).toBe(theirs);
  });
});
