import { readFile } from "node:fs/promises";
import { runInNewContext } from "node:vm";
import { ROOT } from "./pages.ts";

/** The value of an object literal that a source file gives to a constant, with values for the names in it. */
export async function constantIn(
  path: string,
  name: string,
  names: Readonly<Record<string, unknown>> = {},
): Promise<unknown> {
  const source = await readFile(new URL(path, ROOT), "utf8");
  const literal = new RegExp(`\\bconst ${name}\\b[^=]*= (\\{[^\\n{}]*\\}|\\{.*?^\\})`, "ms").exec(
    source,
  )?.[1];
  if (literal === undefined) throw new Error(`${path} has no constant ${name}.`);
  return evaluate(literal, names);
}

/** What an expression of literals means, as objects of this realm, with values for the names in it. */
export function evaluate(
  expression: string,
  names: Readonly<Record<string, unknown>> = {},
): unknown {
  return structuredClone(runInNewContext(`(${expression})`, { ...names }));
}
