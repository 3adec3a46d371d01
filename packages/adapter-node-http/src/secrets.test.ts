import { expect, it } from "vitest";
import { newSecret } from "./secrets.ts";

it("makes every secret of bits of its own, however many there are", () => {
  const secrets = Array.from({ length: 1_000 }, newSecret);
  for (const secret of secrets) expect(secret).toMatch(/^[\w-]{32}$/);
  // No two of them have a piece in common, as they would if one began where another ends.
  const pieces = secrets.flatMap((secret) => secret.match(/.{8}/g) ?? []);
  expect(new Set(pieces).size).toBe(4_000);
});
