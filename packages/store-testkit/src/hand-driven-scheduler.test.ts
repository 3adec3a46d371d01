import { describe, expect, it } from "vitest";
import { HandDrivenScheduler } from "./hand-driven-scheduler.ts";

describe("HandDrivenScheduler", () => {
  it("refuses to release what does not wait", () => {
    expect(() => new HandDrivenScheduler().release(0)).toThrow(RangeError);
  });

  it("releases only what waits now, and drains also what is called meanwhile", async () => {
    const scheduler = new HandDrivenScheduler();
    const done: string[] = [];
    const askTwice = async (): Promise<void> => {
      done.push(await scheduler.call("clients.count", undefined, () => "first"));
      done.push(await scheduler.call("clients.count", undefined, () => "second"));
    };
    const asking = askTwice();
    scheduler.releaseAll();
    await scheduler.settle();
    expect(done).toEqual(["first"]);
    expect(scheduler.pending).toHaveLength(1);
    await scheduler.drain();
    await asking;
    expect(done).toEqual(["first", "second"]);
  });

  it("rejects with what the work throws, and only when the call is released", async () => {
    const scheduler = new HandDrivenScheduler();
    const call = scheduler.call("clients.count", undefined, () => {
      throw new Error("broken");
    });
    await scheduler.settle();
    scheduler.release();
    await expect(call).rejects.toThrow("broken");
  });

  it("fails the calls of a method in the order in which that was wanted", async () => {
    const scheduler = new HandDrivenScheduler({ autoRelease: true });
    scheduler.failNext("clients.count", new Error("one"));
    scheduler.failNext("clients.count", new Error("two"));
    const count = (): Promise<number> => scheduler.call("clients.count", undefined, () => 3);
    await expect(count()).rejects.toThrow("one");
    await expect(count()).rejects.toThrow("two");
    await expect(count()).resolves.toBe(3);
  });
});
