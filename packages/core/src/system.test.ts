import { describe, expect, it } from "vitest";
import { systemPorts } from "./system.ts";

describe("the ports of the platform", () => {
  it("make ids of 40 hexadecimal digits, never the same twice and none of zeros", () => {
    const { newId } = systemPorts();
    const ids = Array.from({ length: 1_000 }, newId);
    expect(new Set(ids).size).toBe(1_000);
    for (const id of ids) {
      expect(id).toMatch(/^[0-9a-f]{40}$/);
      expect(id).not.toMatch(/0{20}/);
    }
  });
});
