import { describe, expect, it } from "vitest";
import { Lane } from "./lane.ts";

/** A task that goes on when the test lets it. */
function gate(): { readonly opened: Promise<void>; open(): void; fail(cause: unknown): void } {
  let open: () => void = () => {};
  let fail: (cause: unknown) => void = () => {};
  const opened = new Promise<void>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  return { opened, open, fail };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

describe("Lane", () => {
  it("runs a task at once, and answers at once, when none is under way", () => {
    const lane = new Lane();
    expect(lane.run(() => 1)).toBe(1);
    expect(lane.run(() => 2)).toBe(2);
    expect(lane.length).toBe(0);
  });

  it("starts each task when the one before has settled, in the order in which they came", async () => {
    const lane = new Lane();
    const started: number[] = [];
    const gates = [gate(), gate(), gate()];
    for (const [index, { opened }] of gates.entries()) {
      void lane.run(() => {
        started.push(index);
        return opened;
      });
    }
    expect(started).toEqual([0]);
    expect(lane.length).toBe(3);
    gates[2]?.open();
    await settle();
    expect(started).toEqual([0]);
    gates[0]?.open();
    await settle();
    expect(started).toEqual([0, 1]);
    gates[1]?.open();
    await settle();
    expect(started).toEqual([0, 1, 2]);
    expect(lane.length).toBe(0);
  });

  it("goes on after a task that failed, and tells only its caller", async () => {
    const lane = new Lane();
    const { opened, fail } = gate();
    const failing = Promise.resolve(lane.run(() => opened));
    const next = lane.run(() => "next");
    fail(new Error("no"));
    await expect(failing).rejects.toThrow("no");
    await expect(next).resolves.toBe("next");
    await settle();
    expect(lane.length).toBe(0);
  });

  it("goes on after a task that throws while it waits its turn", async () => {
    const lane = new Lane();
    const { opened, open } = gate();
    void lane.run(() => opened);
    const throwing = Promise.resolve(
      lane.run(() => {
        throw new Error("no");
      }),
    );
    const next = lane.run(() => "next");
    open();
    await expect(throwing).rejects.toThrow("no");
    await expect(next).resolves.toBe("next");
  });

  it("lets a task that throws at once be as if it had never been", () => {
    const lane = new Lane();
    expect(() =>
      lane.run(() => {
        throw new Error("no");
      }),
    ).toThrow("no");
    expect(lane.length).toBe(0);
    expect(lane.run(() => 1)).toBe(1);
  });

  it("is free again at once when all have settled", async () => {
    const lane = new Lane();
    const { opened, open } = gate();
    void lane.run(() => opened);
    open();
    await settle();
    expect(lane.run(() => 1)).toBe(1);
  });
});
