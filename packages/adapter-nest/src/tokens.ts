import { Comet } from "@encke/core";
import { Inject } from "@nestjs/common";

/** The token of a Comet by its name; of the one without a name, the class `Comet` itself. */
export function getCometToken(name?: string): string | typeof Comet {
  return name === undefined ? Comet : `encke:comet:${name}`;
}

/** Injects a Comet by its name. */
export function InjectComet(name?: string): PropertyDecorator & ParameterDecorator {
  return Inject(getCometToken(name));
}
