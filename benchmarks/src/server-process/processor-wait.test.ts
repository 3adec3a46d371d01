import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { processorWait } from "./processor-wait.ts";

describe("processorWait", () => {
  it("only ever grows", () => {
    const before = processorWait(process.pid);
    expect(before).toBeGreaterThanOrEqual(0);
    expect(processorWait(process.pid)).toBeGreaterThanOrEqual(before);
  });

  it("is 0 for a process that has gone", async () => {
    const child = spawn(process.execPath, ["--version"], { stdio: "ignore" });
    await once(child, "exit");
    expect(processorWait(child.pid as number)).toBe(0);
  });
});
