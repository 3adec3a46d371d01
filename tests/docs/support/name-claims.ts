import { Workshop } from "./workshop.ts";

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

/** What the compiler has against claims: by the name of each, a line for each error. */
export class CheckedClaims {
  readonly #errors: readonly string[];

  private constructor(errors: readonly string[]) {
    this.#errors = errors;
  }

  static async of(claims: readonly NameClaim[]): Promise<CheckedClaims> {
    const workshop = await Workshop.open();
    try {
      for (const claim of claims) await workshop.write(`${claim.name}.ts`, moduleFor(claim));
      return new CheckedClaims(await workshop.typeCheck());
    } finally {
      await workshop.close();
    }
  }

  errorsIn(name: string): readonly string[] {
    return this.#errors.filter((error) => error.startsWith(`${name}.ts(`));
  }
}

/** A module that compiles only where the claim is true. Its errors name what is missing and what is made up. */
function moduleFor({ from, imports, type, names }: NameClaim): string {
  const documented = names.map((name) => JSON.stringify(name)).join(" | ");
  return `
    import type { ${imports.join(", ")} } from "${from}";
    type Documented = ${documented || "never"};
    declare const undocumented: Exclude<${type}, Documented>;
    declare const invented: Exclude<Documented, ${type}>;
    export const drift = [undocumented satisfies never, invented satisfies never];
  `;
}
