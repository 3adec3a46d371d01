import { expect, it } from "vitest";
import { harmlessLog } from "./harmless-log.ts";
import type { Log } from "./ports.ts";

const CAUSE = new Error("disk full");

it.each<[string, Log]>([
  [
    "throws",
    () => {
      throw CAUSE;
    },
  ],
  ["rejects", () => Promise.reject(CAUSE)],
])("a log that %s fails nobody, and what it did not take goes elsewhere", async (_, log) => {
  const told: unknown[] = [];
  harmlessLog(log, (...line) => told.push(line))("warn", "Careful.", { id: 1 });
  await Promise.resolve();
  await Promise.resolve();
  const line = ["warn", "Careful.", { id: 1 }];
  expect(told).toEqual([["error", "The log failed.", { cause: CAUSE, line }]]);
});

it("a log that takes a line is told it as it is, and nobody else is", () => {
  const told: unknown[] = [];
  const fallback = (): never => {
    throw new Error("must not be called");
  };
  harmlessLog((...line) => told.push(line), fallback)("info", "Well.");
  expect(told).toEqual([["info", "Well."]]);
});
