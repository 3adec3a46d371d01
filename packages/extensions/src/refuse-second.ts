import { type Comet, CometError } from "@encke/core";

/** For an extension that knows the Comet it is attached to, and can know no second one. */
export function refuseSecond(extension: string, attachedTo: Comet | undefined): void {
  if (attachedTo === undefined) return;
  throw new CometError("options_invalid", `${extension}: one extension is for one Comet.`);
}
