import { createHash } from "node:crypto";
import { GATE, PRELUDE } from "../scripts/prelude.ts";

/** A Lua script with all that it needs, and the name under which Redis remembers it. */
export interface Script {
  readonly text: string;
  readonly sha: string;
  /** True: who is told what it answers relies on it, so that a server that takes over must know it as well. */
  readonly isLasting?: boolean;
}

/** The script runs behind the {@link PRELUDE}, the {@link GATE} and such parts as it names. Running it twice must do no harm. */
export function script(...parts: readonly string[]): Script {
  return mendingScript(GATE, ...parts);
}

/** The same without the gate: the script puts back what Redis has forgotten. */
export function mendingScript(...parts: readonly string[]): Script {
  const text = [PRELUDE, ...parts].join("\n");
  return { text, sha: createHash("sha1").update(text).digest("hex") };
}

/** A {@link script} that is answered when a replica has what is told, where the server must have one. */
export function lastingScript(...parts: readonly string[]): Script {
  return { ...script(...parts), isLasting: true };
}
