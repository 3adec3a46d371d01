import { describe, expect, it } from "vitest";
import { instructionsOf, measurementOf, medianOf } from "./measurement.ts";
import { Latencies } from "./workloads/latencies.ts";

const LOAD = { operations: 1_000, seconds: 2, latencies: new Latencies() };
const COSTS = {
  before: { user: 10_000, system: 1_000, memory: 0 },
  after: { user: 14_000, system: 3_000, memory: 2_000_000 },
};

describe("a measurement", () => {
  it("has the processor time of an operation, and instructions where they were counted", () => {
    const instructions = { user: 9_000_000, kernel: 3_000_000 };
    expect(measurementOf(LOAD, { ...COSTS, instructions })).toMatchObject({
      cpuMicroseconds: 6,
      cpuMicrosecondsInKernel: 2,
      kiloInstructions: 12,
      kiloInstructionsInKernel: 3,
      operationsPerSecond: 500,
      memory: 2,
    });
  });

  it("in an emulated machine has instructions alone, each a nanosecond", () => {
    expect(instructionsOf(LOAD, COSTS)).toEqual({
      kiloInstructions: 6,
      kiloInstructionsInKernel: 2,
    });
  });

  it("is refused when nothing was done", () => {
    const idle = { ...LOAD, operations: 0 };
    expect(() => instructionsOf(idle, COSTS)).toThrow("Nothing was done.");
    expect(() => measurementOf(idle, { ...COSTS, instructions: undefined })).toThrow("Nothing");
  });

  it("of several rounds is the median of each figure by itself", () => {
    const rounds = [3, 1, 2].map((kins) => ({ kiloInstructions: kins, memory: 4 - kins }));
    expect(medianOf(rounds)).toEqual({ kiloInstructions: 2, memory: 2 });
  });
});
