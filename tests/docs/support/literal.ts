import { readFile } from "node:fs/promises";
import { runInNewContext } from "node:vm";
import { ROOT } from "./pages.ts";

/** The value of an object literal that a source file gives to a constant. */
export async function constantIn(path: string, name: string): Promise<unknown> {
  const source = await readFile(new URL(path, ROOT), "utf8");
  const literal = new RegExp(`\\bconst ${name}\\b[^=]*= (\\{[^\\n{}]*\\}|\\{.*?^\\})`, "ms").exec(
    source,
  )?.[1];
  if (literal === undefined) throw new Error(`${path} has no constant ${name}.`);
  return evaluate(literal);
}

/** What an expression of literals means, as objects of this realm. */
export function evaluate(expression: string): unknown {
  return structuredClone(runInNewContext(`(${expression})`));
}
