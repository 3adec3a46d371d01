import * as compat from "@encke/client/compat";
import * as cometd from "cometd";
import { WORLD } from "../client-own/support.ts";

/** What is used here of the package `cometd`, whoever has made it. */
export type Library = Pick<
  typeof cometd,
  "CometD" | "AckExtension" | "BinaryExtension" | "TimeStampExtension" | "TimeSyncExtension"
>;

class CometD extends compat.CometD {
  constructor() {
    super("compat", { world: WORLD });
  }
}

/** The package, and what takes its place. */
export const LIBRARIES: Readonly<Record<string, Library>> = {
  cometd,
  "@encke/client/compat": { ...compat, CometD } as unknown as Library,
};

/** Each of them with each of these. */
export function each<T>(others: readonly T[]): readonly (readonly [string, T])[] {
  return Object.keys(LIBRARIES).flatMap((name) => others.map((other) => [name, other] as const));
}
