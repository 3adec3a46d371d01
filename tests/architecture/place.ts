import { posix } from "node:path";

/** Where a file stands, as far as the rules care. */
export interface Place {
  readonly path: string;
  /** `packages/core`, `examples/chat`, `tests`: nothing outside it may be reached by a relative path. */
  readonly workspace: string;
  /** `core` for `packages/core`; undefined outside `packages`. */
  readonly package: string | undefined;
  /** Tests, and what lies in a folder `testing`, are not published. */
  readonly isTest: boolean;
  /** The folder below `packages/core/src`; `comet` for what lies directly in it. */
  readonly floor: string | undefined;
}

export function placeOf(path: string): Place {
  const [top = "", name = ""] = path.split("/");
  const isNested = top === "packages" || top === "examples";
  const workspace = isNested ? `${top}/${name}` : top;
  return {
    path,
    workspace,
    package: top === "packages" ? name : undefined,
    isTest: /\.test\.ts$|\/testing\//.test(path),
    floor: floorOf(path),
  };
}

/** The place a relative import leads to. */
export function placeImported(from: Place, specifier: string): Place {
  return placeOf(posix.join(posix.dirname(from.path), specifier));
}

function floorOf(path: string): string | undefined {
  const core = "packages/core/src/";
  if (!path.startsWith(core)) return undefined;
  const [first = "", ...rest] = path.slice(core.length).split("/");
  return rest.length === 0 ? "comet" : first;
}
