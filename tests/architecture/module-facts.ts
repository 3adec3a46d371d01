import { type ESTree, parseSync } from "vite";
import type { SourceFile } from "./source-file.ts";
import { identifiersOf, type SyntaxNode, walk } from "./syntax.ts";

/** What the rules need to know of a module's text. */
export interface ModuleFacts {
  /** Every module named in an import, a re-export, an `import()` or a type `import("...")`. */
  readonly imports: readonly string[];
  /** Names used that are not property names; `Math.random` counts as one. */
  readonly names: ReadonlySet<string>;
  /** The statements that are not re-exports by name. */
  readonly otherThanReExports: readonly string[];
}

export function readFacts(file: SourceFile): ModuleFacts {
  const { program, errors } = parseSync(file.path, file.text);
  if (errors.length > 0) throw new SyntaxError(`${file.path}: ${errors[0]?.message}`);
  const imports: string[] = [];
  walk(program, (node) => {
    const source = importedBy(node);
    if (source !== undefined) imports.push(source);
  });
  return {
    imports,
    names: identifiersOf(program),
    otherThanReExports: program.body.filter((node) => !isNamedReExport(node)).map(describe),
  };
}

const IMPORTING = new Set([
  "ImportDeclaration",
  "ExportNamedDeclaration",
  "ExportAllDeclaration",
  "ImportExpression",
  "TSImportType",
]);

function importedBy(node: SyntaxNode): string | undefined {
  if (!IMPORTING.has(node.type)) return undefined;
  const { source } = node as { source?: { value?: unknown } | null };
  return typeof source?.value === "string" ? source.value : undefined;
}

function isNamedReExport(node: ESTree.Program["body"][number]): boolean {
  if (node.type !== "ExportNamedDeclaration" || node.source === null) return false;
  return node.specifiers.every(({ local, exported }) =>
    [local, exported].every((name) => name.type === "Identifier" && name.name !== "default"),
  );
}

function describe(node: SyntaxNode): string {
  return node.type;
}
