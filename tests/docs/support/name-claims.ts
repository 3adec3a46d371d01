/** That a type has certain members and no others. */
export interface NameClaim {
  /** A name that can be a file's. */
  readonly name: string;
  /** What `@encke/...` exports. */
  readonly from: string;
  readonly imports: readonly string[];
  /** A type whose members are strings. */
  readonly type: string;
  readonly names: readonly string[];
}

/** A module that compiles only where the claim is true. Its errors name what is missing and what is made up. */
export function moduleFor({ from, imports, type, names }: NameClaim): string {
  const documented = names.map((name) => JSON.stringify(name)).join(" | ");
  return `
    import type { ${imports.join(", ")} } from "${from}";
    type Documented = ${documented || "never"};
    declare const undocumented: Exclude<${type}, Documented>;
    declare const invented: Exclude<Documented, ${type}>;
    export const drift = [undocumented satisfies never, invented satisfies never];
  `;
}
