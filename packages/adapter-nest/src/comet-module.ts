import {
  type BeforeApplicationShutdown,
  ConfigurableModuleBuilder,
  type ConfigurableModuleCls,
  Inject,
  Module,
  type NestModule,
  type OnApplicationShutdown,
  type OnModuleInit,
} from "@nestjs/common";
import { DiscoveryModule } from "@nestjs/core";
import { CometExplorer } from "./comet-explorer.ts";
import { cometProviders, GIVEN_OPTIONS } from "./comet-providers.ts";
import { CometShutdown } from "./comet-shutdown.ts";
import type { CometModuleExtras, CometModuleOptions } from "./module-options.ts";
import { CometMount } from "./mounting/comet-mount.ts";
import { getCometToken } from "./tokens.ts";

const EXTRAS: CometModuleExtras = { name: undefined, isGlobal: true };

const ConfigurableModuleClass: ConfigurableModuleCls<
  CometModuleOptions,
  "forRoot",
  "create",
  CometModuleExtras
> = new ConfigurableModuleBuilder<CometModuleOptions>({
  optionsInjectionToken: GIVEN_OPTIONS,
  alwaysTransient: true,
})
  .setClassMethodName("forRoot")
  .setExtras(EXTRAS, (definition, { name, isGlobal = true }) => ({
    ...definition,
    global: isGlobal,
    imports: [...(definition.imports ?? []), DiscoveryModule],
    providers: [...(definition.providers ?? []), ...cometProviders(name)],
    exports: [getCometToken(name), ...(name === undefined ? [CometExplorer] : [])],
  }))
  .build().ConfigurableModuleClass;

/**
 * A Comet in a Nest application: `CometModule.forRoot({ store, path })`, or `forRootAsync`. Inject it as `Comet`, or by
 * {@link InjectComet} where it has a name.
 */
@Module({})
export class CometModule
  extends ConfigurableModuleClass
  implements NestModule, OnModuleInit, BeforeApplicationShutdown, OnApplicationShutdown
{
  readonly #explorer: CometExplorer;
  readonly #mount: CometMount;
  readonly #shutdown: CometShutdown;

  constructor(
    @Inject(CometExplorer) explorer: CometExplorer,
    @Inject(CometMount) mount: CometMount,
    @Inject(CometShutdown) shutdown: CometShutdown,
  ) {
    super();
    this.#explorer = explorer;
    this.#mount = mount;
    this.#shutdown = shutdown;
  }

  // After middleware such as CORS, helmet and body parsers; later hooks would be behind all routes.
  configure(): void {
    this.#mount.attach();
  }

  onModuleInit(): Promise<void> {
    return this.#explorer.explore();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.#shutdown.drain();
  }

  onApplicationShutdown(): void {
    this.#shutdown.leave();
  }
}
