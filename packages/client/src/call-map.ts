import type { CallOptions } from "./remote-call.ts";

/** What a client knows of the handlers on the server when it is told nothing: anything may be asked and answered. */
export interface AnyCall {
  readonly [target: string]: (data?: unknown) => unknown;
}

/** The target itself where the map has it, and else a text that says that it has not. */
export type KnownTarget<Calls, Target extends string> = Target extends keyof Calls
  ? Target
  : `${Target} is no target that this client knows`;

/** What goes with a call: the argument of the function in the map, and the options. */
export type CallArguments<Calls, Target extends string> =
  FunctionOf<Calls, Target> extends (...data: infer Data) => unknown
    ? Data extends []
      ? [data?: undefined, options?: CallOptions]
      : [...Data, options?: CallOptions]
    : never;

/** What a call resolves to: what the function in the map returns. */
export type ResultOf<Calls, Target extends string> =
  FunctionOf<Calls, Target> extends (...data: never) => infer Result ? Awaited<Result> : never;

/** What a stream yields: what the function in the map yields, or returns once. */
export type StreamedBy<Calls, Target extends string> =
  ResultOf<Calls, Target> extends AsyncIterable<infer Value> | Generator<infer Value>
    ? Value
    : ResultOf<Calls, Target>;

type FunctionOf<Calls, Target extends string> = Target extends keyof Calls ? Calls[Target] : never;
