import type { Type } from "@nestjs/common";
import type { InstanceWrapper } from "@nestjs/core/injector/instance-wrapper.js";
import type { HandlerMetadata } from "../decorators/handler-metadata.ts";

/** A method that is a handler, and where Nest has the object that it is a method of. */
export interface HandlerHost extends HandlerMetadata {
  readonly wrapper: InstanceWrapper;
  readonly type: Type;
  readonly method: string;
}
