import { describe, expect, it } from "vitest";
import { SERVERS } from "../servers/table.ts";
import { WORKLOADS } from "../workloads/table.ts";
import { measurementIn } from "./emulator.ts";
import { caseOf, type Job, jobOf, lineOf, outcomeIn } from "./job.ts";

const settings = { warmUp: 1, duration: 2, nodeFlags: [], counting: "emulated" } as const;
const JOB: Job = {
  workload: WORKLOADS[0]?.name ?? "",
  server: SERVERS[0]?.name ?? "",
  settings,
};

describe("a job", () => {
  it("is the same case when it has been told to the guest", () => {
    const told = JSON.parse(JSON.stringify(JOB)) as Job;
    expect(jobOf(caseOf(told), told.settings)).toEqual(JOB);
  });

  it("is refused when the guest knows no such case", () => {
    expect(() => caseOf({ ...JOB, server: "unheard of" })).toThrow("There is no case unheard of");
    expect(() => caseOf({ ...JOB, workload: "idleness" })).toThrow("idleness");
  });

  it("is refused for a server that cannot take the workload", () => {
    expect(() => caseOf({ ...JOB, server: "faye-redis" })).toThrow("There is no case faye-redis");
  });
});

describe("an outcome", () => {
  const measurement = { kiloInstructions: 5.5, kiloInstructionsInKernel: 2.25 };

  it("is found among whatever else the console shows", () => {
    const console = `c[?7lBooting\r\nfailed to do it${lineOf({ measurement })}[ 18.07] reboot: Power down\r\n`;
    expect(outcomeIn(console.replaceAll("\n", "\r\n"))).toEqual({ measurement });
    expect(measurementIn(console)).toEqual(measurement);
  });

  it("that is a failure fails the run with what the guest said", () => {
    const failure = "3 deliveries are missing.";
    expect(() => measurementIn(lineOf({ failure }))).toThrow(failure);
  });

  it("that is missing fails the run with the end of the console", () => {
    expect(() => measurementIn("Booting\r\nKernel panic\r\n")).toThrow(
      "The emulated machine ended without a result. Its console ended with: Booting | Kernel panic",
    );
  });
});
