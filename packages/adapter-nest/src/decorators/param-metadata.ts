import "reflect-metadata";
import type { PipeTransform, Type } from "@nestjs/common";

export type Pipe = Type<PipeTransform> | PipeTransform;

/**
 * The kinds of parameters. The first two have the numbers of Nest's own `@Body` and `@Param`, so that pipes see the
 * `type` "body" and "param" and treat them as on a controller; what pipes are to leave alone has a number of its own.
 */
export const PARAM_TYPES = {
  payload: 3,
  channelParam: 5,
  session: 9_001,
  message: 9_002,
  channel: 9_003,
  signal: 9_004,
} as const;

export type ParamKind = keyof typeof PARAM_TYPES;

export interface ParamSource {
  readonly kind: ParamKind;
  /** The name of a property of the payload, or of a parameter of the channel. */
  readonly name?: string | undefined;
  readonly pipes?: readonly Pipe[];
}

/** Where Nest keeps what it knows of the parameters of a method: so `createParamDecorator` works beside ours. */
export const ROUTE_ARGUMENTS = "__routeArguments__";

export function describeParam(
  target: object,
  method: string | symbol,
  index: number,
  { kind, name, pipes = [] }: ParamSource,
): void {
  const key = `${PARAM_TYPES[kind]}:${index}`;
  const params = { ...ownParams(target, method), [key]: { index, data: name, pipes } };
  Reflect.defineMetadata(ROUTE_ARGUMENTS, params, target.constructor, method);
}

/** True of a method whose parameters are decorated. */
export function hasParams(target: object, method: string | symbol): boolean {
  return Object.keys(ownParams(target, method)).length > 0;
}

function ownParams(target: object, method: string | symbol): object {
  return Reflect.getOwnMetadata(ROUTE_ARGUMENTS, target.constructor, method) ?? {};
}
