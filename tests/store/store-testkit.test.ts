import {
  ContractViolation,
  type StoreCase,
  type StoreUnderTest,
  storeCases,
  testStore,
} from "@encke/store-testkit";
import { describe, expect, it } from "vitest";
import { subjectWith } from "./breakage.ts";
import { brokenClients } from "./broken-clients.ts";
import { brokenExtras } from "./broken-extras.ts";
import { brokenLives } from "./broken-lives.ts";
import { brokenLogs } from "./broken-logs.ts";
import { withheld } from "./withheld.ts";

const breakages = { ...brokenLogs, ...brokenClients, ...brokenLives, ...brokenExtras };

testStore(
  { describe, it },
  { ...subjectWith(() => ({}), 2_000), name: "a store that breaks no rule" },
);

describe("the conformance kit", () => {
  it("has a broken store for each of its cases", () => {
    const names = storeCases(subjectWith(() => ({}))).map(({ name }) => name);
    expect(Object.keys(breakages).sort()).toEqual([...names].sort());
  });

  describe.each(Object.entries(breakages))("finds a store that breaks: %s", (name, breakage) => {
    it("by the case of that name", async () => {
      const found = storeCases(subjectWith(breakage)).find((storeCase) => storeCase.name === name);
      await expect(found?.run()).rejects.toBeInstanceOf(ContractViolation);
    });
  });

  describe.each(Object.entries(withheld))(
    "asks nothing of a store that declares no %s",
    (_, to) => {
      const replaced = (subject: StoreUnderTest): readonly StoreCase[] =>
        storeCases(subject).filter(({ name }) => name.includes(" - not asked of this store: "));

      it("but sees in its place that the store has it after all", async () => {
        const cases = replaced(to.subject);
        expect(cases.length).toBeGreaterThan(0);
        for (const { run } of cases) await expect(run()).rejects.toBeInstanceOf(ContractViolation);
      });

      it("and is content in its place when the store really lacks it", async () => {
        const cases = replaced({ ...to.subject, create: to.createLacking });
        expect(cases.length).toBeGreaterThan(0);
        for (const { run } of cases) await expect(run()).resolves.toBeUndefined();
      });
    },
  );
});
