import { describe, expect, it } from "vitest";
import { slotOf } from "./slots.ts";

describe("the slot of a key", () => {
  it("is the one that CLUSTER KEYSLOT answers with", () => {
    expect(["", "123456789", "somekey", "größe"].map(slotOf)).toEqual([0, 12739, 11058, 9_425]);
  });
});
