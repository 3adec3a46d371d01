import { expect, it } from "vitest";
import { Running } from "./running.ts";

it("is idle when the calls have settled that others have led to", async () => {
  const running = new Running();
  const settled: string[] = [];
  const call = async (name: string): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    settled.push(name);
  };
  const both = running.add(call("first")).then(() => running.add(call("second")));
  await running.idle();
  expect(settled).toEqual(["first", "second"]);
  await both;
});

it("is idle when calls have failed", async () => {
  const running = new Running();
  const failed = running.add(Promise.reject(new Error("away")));
  await running.idle();
  await expect(failed).rejects.toThrow("away");
});
