import { PARAM_TYPES } from "../decorators/param-metadata.ts";
import type { CometContext } from "./comet-context.ts";

/** Where Nest gets the values of our parameters, by their numbers. */
export class CometParamsFactory {
  exchangeKeyForValue(type: number, name: unknown, args: readonly unknown[]): unknown {
    const call = args[0] as CometContext;
    const key = typeof name === "string" ? name : undefined;
    switch (type) {
      case PARAM_TYPES.payload:
        return key === undefined ? call.data : propertyOf(call.data, key);
      case PARAM_TYPES.channelParam:
        return key === undefined ? call.params : propertyOf(call.params, key);
      case PARAM_TYPES.session:
        return call.session;
      case PARAM_TYPES.message:
        return call.message;
      case PARAM_TYPES.channel:
        return call.channel;
      case PARAM_TYPES.signal:
        return call.signal;
      default:
        return undefined;
    }
  }
}

/** Only a property of its own: what a peer sends must not reach what objects inherit. */
function propertyOf(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[key];
}
