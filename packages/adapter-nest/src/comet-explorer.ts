import { Logger } from "@nestjs/common";
import { type DiscoveryService, MetadataScanner } from "@nestjs/core";
import type { InstanceWrapper } from "@nestjs/core/injector/instance-wrapper.js";
import { BINDINGS } from "./binding/bindings.ts";
import type { Switchboard } from "./binding/switchboard.ts";
import { serverOf } from "./decorators/comet-service.ts";
import { type HandlerMetadata, handlersOf } from "./decorators/handler-metadata.ts";
import { type ChannelTemplate, parseTemplate } from "./handlers/channel-template.ts";
import type { HandlerCompiler } from "./handlers/handler-compiler.ts";
import type { HandlerHost } from "./handlers/handler-host.ts";

type Class = HandlerHost["type"];

/** Finds the handlers in all modules and has the Comet call them. */
export class CometExplorer {
  readonly #discovery: DiscoveryService;
  readonly #compiler: HandlerCompiler;
  readonly #board: Switchboard;
  readonly #scanner = new MetadataScanner();
  readonly #logger = new Logger("CometModule");
  readonly #explored = new Map<Class, InstanceWrapper>();

  constructor(discovery: DiscoveryService, compiler: HandlerCompiler, board: Switchboard) {
    this.#discovery = discovery;
    this.#compiler = compiler;
    this.#board = board;
  }

  /** Called when the application starts; to be called again when a module was loaded lazily. */
  async explore(): Promise<void> {
    const providers = this.#discovery.getProviders();
    for (const wrapper of [...providers, ...this.#discovery.getControllers()]) {
      const type = classOf(wrapper);
      if (type === undefined || this.#explored.get(type) === wrapper) continue;
      if (serverOf(type) !== this.#board.name) continue;
      const hosts = this.#handlersIn(type, wrapper);
      if (hosts.length === 0) continue;
      if (this.#explored.has(type)) this.#warnOfTwo(type);
      else await this.#bindAll(type, hosts);
    }
  }

  async #bindAll(type: Class, hosts: readonly HandlerHost[]): Promise<void> {
    const [first] = hosts;
    if (first !== undefined) this.#explored.set(type, first.wrapper);
    for (const host of hosts) await this.#bind(host);
  }

  #handlersIn(type: Class, wrapper: InstanceWrapper): readonly HandlerHost[] {
    const prototype = type.prototype as object | undefined;
    if (prototype === undefined) return [];
    return this.#scanner.getAllMethodNames(prototype).flatMap((method) =>
      handlersOf(Reflect.get(prototype, method)).map((metadata) => ({
        ...metadata,
        wrapper,
        type,
        method,
      })),
    );
  }

  async #bind(host: HandlerHost): Promise<void> {
    const { kind, type, method } = host;
    const name = `${type.name}.${method}`;
    const handler = {
      kind,
      name,
      template: templateOf(host),
      invoke: this.#compiler.compile(host),
    };
    await BINDINGS[kind](this.#board, handler);
    this.#logger.log(`Mapped {${[`@${kind}`, host.template].join(" ").trim()}} ${name}`);
  }

  #warnOfTwo(type: Class): void {
    this.#logger.warn(
      `${type.name} is provided more than once. Only the handlers of the first are called: ` +
        "provide it in one module, export it from there and import that module.",
    );
  }
}

/** Of a provider that a factory makes, the class of what it has made. */
function classOf({ metatype, inject, instance, isAlias }: InstanceWrapper): Class | undefined {
  if (isAlias === true) return undefined;
  const isMade = metatype === null || metatype === undefined || (inject ?? undefined) !== undefined;
  const type: unknown = isMade ? (instance as object | undefined)?.constructor : metatype;
  return typeof type === "function" ? (type as Class) : undefined;
}

function templateOf({ kind, template }: HandlerMetadata): ChannelTemplate {
  const isRemote = kind === "RemoteCall" || kind === "RemoteStream";
  return parseTemplate(isRemote ? `/service/${template.replace(/^\//, "")}` : template);
}
