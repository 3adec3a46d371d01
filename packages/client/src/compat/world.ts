import { cookieFetch } from "../cookie-fetch.ts";
import { surroundings, type World } from "../world.ts";

/** What a `CometD` runs in. In Node, where nobody else does, it keeps its cookies. */
export function worldWith(given: Partial<World>): World {
  const { process } = globalThis as { readonly process?: { readonly versions?: object } };
  const isNode = "node" in (process?.versions ?? {});
  return { ...surroundings(), ...(isNode && { fetch: cookieFetch() }), ...given };
}
