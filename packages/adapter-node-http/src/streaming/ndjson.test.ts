import { Batch } from "@encke/core";
import { describe, expect, it } from "vitest";
import { NDJSON } from "./ndjson.ts";

describe("lines", () => {
  it("are made once for all who are sent the same", () => {
    const batch = new Batch([{ json: '{"channel":"/a"}' }]);
    const line = NDJSON.bytesOf(batch);
    expect(String(line)).toBe('[{"channel":"/a"}]\n');
    expect(NDJSON.bytesOf(batch)).toBe(line);
    expect(NDJSON.lastBytesOf(batch)).toBe(line);
  });
});
