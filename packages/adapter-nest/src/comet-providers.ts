import { type Comet, createComet } from "@encke/core";
import { type InjectionToken, Logger, type Provider } from "@nestjs/common";
import {
  ApplicationConfig,
  DiscoveryService,
  ExternalContextCreator,
  HttpAdapterHost,
  ModuleRef,
  ModulesContainer,
} from "@nestjs/core";
import { PolicyTable } from "./binding/policy-table.ts";
import { Switchboard } from "./binding/switchboard.ts";
import { CometExplorer } from "./comet-explorer.ts";
import { CometShutdown } from "./comet-shutdown.ts";
import { withoutGlobals } from "./handlers/derived-context-creator.ts";
import { HandlerCompiler } from "./handlers/handler-compiler.ts";
import { type SplitOptions, splitOptions } from "./module-options.ts";
import { CometMount } from "./mounting/comet-mount.ts";
import { nestLog } from "./nest-log.ts";
import { getCometToken } from "./tokens.ts";

/** What was given to `forRoot`, as it was. */
export const GIVEN_OPTIONS: unique symbol = Symbol("encke:given-options");
const OPTIONS: unique symbol = Symbol("encke:options");
const COMET: unique symbol = Symbol("encke:comet");
const NAME: unique symbol = Symbol("encke:name");
const CONTEXT_CREATOR: unique symbol = Symbol("encke:context-creator");

/** All that one Comet of an application consists of. Nothing here needs metadata of types. */
export function cometProviders(name: string | undefined): Provider[] {
  const token = getCometToken(name);
  return [
    { provide: NAME, useFactory: () => name },
    { provide: OPTIONS, inject: [GIVEN_OPTIONS], useFactory: splitOptions },
    { provide: PolicyTable, inject: [OPTIONS], useFactory: newPolicyTable },
    { provide: token, inject: [OPTIONS, PolicyTable], useFactory: newComet },
    { provide: COMET, useExisting: token },
    {
      provide: CONTEXT_CREATOR,
      inject: [OPTIONS, ExternalContextCreator, ModulesContainer],
      useFactory: contextCreator,
    },
    made(Switchboard, NAME, COMET, PolicyTable),
    made(HandlerCompiler, CONTEXT_CREATOR, ModuleRef, COMET),
    made(CometExplorer, DiscoveryService, HandlerCompiler, Switchboard),
    made(CometMount, COMET, OPTIONS, HttpAdapterHost, ApplicationConfig),
    made(CometShutdown, Switchboard, OPTIONS, CometMount),
  ];
}

function made<Args extends readonly unknown[]>(
  type: new (...args: Args) => object,
  ...inject: { readonly [Index in keyof Args]: InjectionToken }
): Provider {
  return { provide: type, inject: [...inject], useFactory: (...args: Args) => new type(...args) };
}

function newPolicyTable({ core }: SplitOptions): PolicyTable {
  return new PolicyTable(core.policies);
}

function newComet({ core }: SplitOptions, { policies }: PolicyTable): Comet {
  return createComet({ log: nestLog(new Logger("Comet")), ...core, policies });
}

function contextCreator(
  { nest }: SplitOptions,
  creator: ExternalContextCreator,
  modules: ModulesContainer,
): ExternalContextCreator {
  return nest.globalEnhancers ? creator : withoutGlobals(modules);
}
