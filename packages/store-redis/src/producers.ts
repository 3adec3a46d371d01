import type { Publication } from "@encke/core";

/**
 * The key and the sequence as scripts want them. The key is JSON: a script cannot read half of a character, and would refuse
 * the whole batch for it.
 */
export function producerArguments({
  key,
  sequence,
}: NonNullable<Publication["producer"]>): readonly [key: string, sequence: string] {
  return [JSON.stringify(key), String(sequence)];
}
