import { describe, expect, it } from "vitest";
import { Opening } from "./opening.ts";

describe("Opening", () => {
  it("lets nobody wait where the store opens at once", async () => {
    const opening = new Opening(() => undefined);
    expect(opening.wait()).toBeUndefined();
    await expect(opening.promise).resolves.toBeUndefined();
  });

  it("lets everybody wait until the store is open, and nobody after that", async () => {
    let open: () => void = () => {};
    const opening = new Opening(
      () =>
        new Promise((resolve) => {
          open = resolve;
        }),
    );
    const waited: string[] = [];
    const waiting = [opening.promise, opening.wait()].map((wait) =>
      Promise.resolve(wait).then(() => waited.push("open")),
    );
    await Promise.resolve();
    expect(waited).toEqual([]);
    open();
    await Promise.all(waiting);
    expect(waited).toEqual(["open", "open"]);
    expect(opening.wait()).toBeUndefined();
  });

  it.each([
    [
      "throws",
      () => {
        throw new Error("no disk");
      },
    ],
    ["rejects", () => Promise.reject(new Error("no disk"))],
  ])("fails for everybody, early and late, when the store %s", async (_, open) => {
    const opening = new Opening(open);
    const failure = { code: "store_failed", cause: new Error("no disk") };
    await expect(opening.promise).rejects.toMatchObject(failure);
    await expect(opening.promise).rejects.toMatchObject(failure);
    expect(() => opening.wait()).toThrow("The store could not be opened.");
  });

  it("that fails with nobody waiting harms nobody", async () => {
    const opening = new Opening(() => Promise.reject(new Error("no disk")));
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    expect(() => opening.wait()).toThrow("The store could not be opened.");
  });
});
