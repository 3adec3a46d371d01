import { createHash } from "node:crypto";
import { GATE, PRELUDE } from "../scripts/prelude.ts";

/** A Lua script with all that it needs, and the name under which Redis remembers it. */
export interface Script {
  readonly text: string;
  readonly sha: string;
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
