/** A node of the syntax tree, seen without its particulars. */
export interface SyntaxNode {
  readonly type: string;
}

/** Calls `visit` for a node and everything below it. */
export function walk(node: SyntaxNode, visit: (node: SyntaxNode) => void): void {
  visit(node);
  for (const key of Object.keys(node)) {
    for (const child of childrenAt(node, key)) walk(child, visit);
  }
}

/** The names used in a tree, without those that only name a property or a specifier. */
export function identifiersOf(root: SyntaxNode): ReadonlySet<string> {
  const names = new Set<string>();
  collect(root, names);
  return names;
}

/** Where a name stands for a property of something else, not for a binding. */
const PROPERTY_NAMES: ReadonlyMap<string, string> = new Map([
  ["MemberExpression", "property"],
  ["Property", "key"],
  ["MethodDefinition", "key"],
  ["PropertyDefinition", "key"],
  ["TSPropertySignature", "key"],
  ["TSMethodSignature", "key"],
  ["TSQualifiedName", "right"],
]);

const SPECIFIERS = new Set(["ImportSpecifier", "ExportSpecifier"]);

function collect(node: SyntaxNode, names: Set<string>): void {
  // A type that is asked of a value touches nothing.
  if (SPECIFIERS.has(node.type) || node.type === "TSTypeQuery") return;
  if (node.type === "Identifier") names.add((node as unknown as { name: string }).name);
  if (isMathRandom(node)) names.add("Math.random");
  const isComputed = (node as { computed?: boolean }).computed === true;
  const skipped = isComputed ? undefined : PROPERTY_NAMES.get(node.type);
  for (const key of Object.keys(node)) {
    if (key === skipped) continue;
    for (const child of childrenAt(node, key)) collect(child, names);
  }
}

function isMathRandom(node: SyntaxNode): boolean {
  if (node.type !== "MemberExpression") return false;
  const { object, property } = node as unknown as Record<string, { name?: string }>;
  return object?.name === "Math" && property?.name === "random";
}

function childrenAt(node: SyntaxNode, key: string): SyntaxNode[] {
  const value: unknown = Reflect.get(node, key);
  return (Array.isArray(value) ? value : [value]).filter(isNode);
}

function isNode(value: unknown): value is SyntaxNode {
  return (
    typeof value === "object" && value !== null && typeof Reflect.get(value, "type") === "string"
  );
}
