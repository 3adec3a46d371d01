import { describe, expect, it } from "vitest";
import { decide, type Verdict } from "./policies.ts";

function nothing(): void {
  // These tests look at the decision.
}

describe("a policy", () => {
  it("that is missing allows", () => {
    expect(decide(undefined, {}, nothing)).toEqual({ allow: true });
  });

  it("may be a function, or an object with a state of its own", () => {
    class Quota {
      left = 1;
      decide(): boolean {
        return this.left-- > 0;
      }
    }
    const quota = new Quota();
    expect(decide(quota, {}, nothing)).toEqual({ allow: true });
    expect(decide(quota, {}, nothing)).toMatchObject({ allow: false });
    expect(decide(({ ok }: { ok: boolean }) => ok, { ok: true }, nothing)).toEqual({ allow: true });
  });

  it.each([
    [true, { allow: true }],
    [
      { allow: true, data: { name: "x" }, validFor: 5 },
      { allow: true, data: { name: "x" }, validFor: 5 },
    ],
    [false, { allow: false }],
    [
      { allow: false, reason: "no", advice: { reconnect: "none" } },
      { allow: false, reason: "no", advice: { reconnect: "none" } },
    ],
  ] as const)("that answers %j decides %j, at once and later", async (verdict, decision) => {
    expect(decide(() => verdict as Verdict, {}, nothing)).toEqual(decision);
    expect(await decide(() => Promise.resolve(verdict as Verdict), {}, nothing)).toEqual(decision);
  });

  it.each([
    undefined,
    null,
    0,
    1,
    "true",
    "yes",
    [],
    {},
    { allow: "true" },
    { allow: 1 },
    () => true,
  ])("that answers %j, which is no permission, refuses", (verdict) => {
    expect(decide(() => verdict as never, {}, nothing)).toMatchObject({ allow: false });
  });

  it.each([
    [
      "throws",
      () => {
        throw new Error("secret");
      },
    ],
    ["rejects", () => Promise.reject(new Error("secret"))],
  ])("that %s refuses, and keeps why to itself", async (_, policy) => {
    const logged: unknown[] = [];
    const decision = await decide(policy, {}, (level, _text, details) =>
      logged.push(level, details),
    );
    expect(decision).toEqual({ allow: false });
    expect(logged).toEqual(["error", { cause: new Error("secret") }]);
  });
});
