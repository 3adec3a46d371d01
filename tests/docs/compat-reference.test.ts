import { describe, expect, it } from "vitest";
import { constantIn, evaluate } from "./support/literal.ts";
import { codeIn, codesIn, namesIn, tablesOf, tableUnder } from "./support/markdown.ts";
import { CheckedClaims, type NameClaim } from "./support/name-claims.ts";
import { readPage } from "./support/pages.ts";

const COMPAT = "@encke/client/compat";

const { text } = await readPage("docs/reference/compat.md");
const tables = tablesOf(text);

const claims: readonly NameClaim[] = (["CometD", "Configuration"] as const).map((type) => ({
  name: type,
  from: COMPAT,
  imports: [type],
  type: `keyof ${type} & string`,
  names: namesIn(tableUnder(tables, type)),
}));
const checked = await CheckedClaims.of(claims);

describe("the reference of the CometD of the client", () => {
  it.each(claims.map(({ name }) => name))("names what there is, all of it: %s", (name) => {
    expect(checked.errorsIn(name)).toEqual([]);
  });

  it("states the defaults", async () => {
    const stated = tableUnder(tables, "Configuration").rows.map(
      ([name, value]) => [codeIn(name), evaluate(codeIn(value) ?? "")] as const,
    );
    const file = "packages/client/src/compat/configuration.ts";
    expect(Object.fromEntries(stated)).toEqual(await constantIn(file, "DEFAULTS"));
  });

  it("names each export", async () => {
    const named = new Set(codesIn(text).flatMap((code) => code.split(/\W/)));
    const exported = Object.keys(await import(COMPAT));
    expect(exported.filter((name) => !named.has(name))).toEqual([]);
  });
});
