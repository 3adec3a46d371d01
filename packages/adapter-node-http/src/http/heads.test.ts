import { describe, expect, it } from "vitest";
import { Heads } from "./heads.ts";

describe("heads of answers", () => {
  it("have what begins all of them, the length, and what ends this one", () => {
    const heads = new Heads("HTTP/1.1 200 OK\r\n");
    for (const head of [heads.kept(7, "Date: x\r\n\r\n"), heads.fresh(7, "Date: x\r\n\r\n")]) {
      expect(head).toBe("HTTP/1.1 200 OK\r\nContent-Length: 7\r\nDate: x\r\n\r\n");
    }
  });

  it("are kept as long as they end in the same way", () => {
    const heads = new Heads("");
    for (const length of [1, 2, 1, 2]) heads.kept(length, "a");
    expect(heads.size).toBe(2);
    expect(heads.kept(1, "b")).toContain("b");
    expect(heads.size).toBe(1);
    heads.fresh(3, "b");
    expect(heads.size).toBe(1);
  });

  it("are not kept without bound", () => {
    const heads = new Heads("");
    for (let length = 0; length < 5_000; length++) {
      expect(heads.kept(length, "a")).toContain(`${length}`);
      expect(heads.size).toBeLessThanOrEqual(1_000);
    }
  });
});
