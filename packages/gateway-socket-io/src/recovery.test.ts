import { newSecret } from "@encke/adapter-node-http";
import { expect, it } from "vitest";
import { clientIdOf, privateIdOf, recoveryIn } from "./recovery.ts";

it("goes on after the last event, or where the client began if there was none", () => {
  const pid = privateIdOf("secret", 40);
  expect(recoveryIn(pid, "57")).toEqual({ key: "secret", after: 57, pid });
  expect(recoveryIn(pid, undefined)).toEqual({ key: "secret", after: 40, pid });
});

it("never goes back to before the client began, whatever it remembers of an earlier one", () => {
  expect(recoveryIn(privateIdOf("secret", 40), "7")?.after).toBe(40);
});

it.each([
  ["nothing", undefined, undefined],
  ["no text", 7, "7"],
  ["no client", "~7", "7"],
  ["no beginning", "secret", "7"],
  ["a beginning that is no number", "secret~x", "7"],
  ["an offset that is no number", "secret~7", "-1"],
  ["an offset of another type", "secret~7", { toString: "7" }],
  ["an offset beyond all positions", "secret~7", "9999999999999999"],
])("takes %s for nobody", (_what, pid, offset) => {
  expect(recoveryIn(pid, offset)).toBeUndefined();
});

it("makes the same id of a key each time, one that a client may have, and that does not tell the key", () => {
  const key = newSecret();
  expect(clientIdOf(key)).toMatch(/^[\w-]{43}$/);
  expect(clientIdOf(key)).toBe(clientIdOf(key));
  expect(clientIdOf(key)).not.toContain(key);
  expect(clientIdOf(newSecret())).not.toBe(clientIdOf(key));
});
