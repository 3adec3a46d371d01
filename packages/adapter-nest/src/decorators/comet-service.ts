import "reflect-metadata";
import { Injectable, type ScopeOptions } from "@nestjs/common";

export interface CometServiceOptions {
  /** The name of the Comet that its handlers are for. @default the one without a name */
  readonly server?: string;
  /** As with `@Injectable`: with `Scope.REQUEST`, each message has an instance of its own. @default Scope.DEFAULT */
  readonly scope?: ScopeOptions["scope"];
}

const SERVER = "encke:server";

/** A provider whose methods are handlers. Controllers may have handlers too, and need no decorator of the class for that. */
export function CometService({ server, scope }: CometServiceOptions = {}): ClassDecorator {
  return (target) => {
    Injectable(scope === undefined ? {} : { scope })(target);
    Reflect.defineMetadata(SERVER, server, target);
  };
}

/** The name of the Comet that a class is for. */
export function serverOf(type: object): string | undefined {
  return Reflect.getMetadata(SERVER, type) as string | undefined;
}
