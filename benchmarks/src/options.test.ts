import { describe, expect, it } from "vitest";
import { optionsFrom } from "./options.ts";

describe("options", () => {
  it("are three rounds here by default, and one in emulated machines", () => {
    expect(optionsFrom([])).toMatchObject({ rounds: 3, isEmulated: false, label: "full" });
    expect(optionsFrom(["--emulated"])).toMatchObject({
      rounds: 1,
      duration: 1_000,
      isEmulated: true,
      label: "emulated",
    });
  });

  it("never shorten the warm-up of emulated machines, where little has been done by then", () => {
    expect(optionsFrom(["--quick"])).toMatchObject({ warmUp: 300 });
    expect(optionsFrom(["--quick", "--emulated"])).toMatchObject({ warmUp: 3_000 });
  });

  it("are refused when there is nothing to measure", () => {
    expect(() => optionsFrom(["--servers", "nobody"])).toThrow('There is no server "nobody"');
    expect(() => optionsFrom(["--workloads", "idleness"])).toThrow("Nothing to measure.");
    expect(() => optionsFrom(["--rounds", "0"])).toThrow("0 is not above 0.");
  });
});
