import { isObservable, lastValueFrom } from "rxjs";
import { argumentsOf, type CallStyle, underWay } from "./call-style.ts";
import { untilAborted } from "./until-aborted.ts";

/** Calls for one result: of an Observable its last value, or undefined where it has none. */
export const SINGLE_CALLS: CallStyle = {
  wrap: (method) => method,

  async toResult(result) {
    if (!isObservable(result)) return result;
    const values = untilAborted(result, underWay.getStore()?.call.signal);
    return lastValueFrom(values, { defaultValue: undefined });
  },

  start: ({ run }, call) => underWay.run({ call }, () => run(...argumentsOf(call))),
};
