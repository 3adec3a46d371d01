import { type SchemaOption, SchemaPipe } from "../handlers/schema-pipe.ts";
import { describeParam, type ParamSource, type Pipe } from "./param-metadata.ts";

/**
 * What the message carries: its `data`, or one property of that. Pipes see it as they see the body of a request.
 * `{ schema }` validates it with a Standard Schema (Zod, Valibot, ArkType, ...).
 */
export function Payload(
  first?: string | SchemaOption | Pipe,
  ...pipes: readonly Pipe[]
): ParameterDecorator {
  if (typeof first === "string") return param({ kind: "payload", name: first, pipes });
  if (first === undefined) return param({ kind: "payload", pipes });
  return param({ kind: "payload", pipes: [asPipe(first), ...pipes] });
}

/** A parameter of the channel: `room` of `/chat/{room}`. Pipes see it as they see a parameter of a route. */
export function ChannelParam(name: string, ...pipes: readonly Pipe[]): ParameterDecorator {
  return param({ kind: "channelParam", name, pipes });
}

/** The session, as an `IClient`. Undefined where the server itself publishes, and before there is one. */
export function CurrentSession(): ParameterDecorator {
  return param({ kind: "session" });
}

/** The whole message. */
export function CometMessage(): ParameterDecorator {
  return param({ kind: "message" });
}

/** The channel; with `@Configure`, the pattern. */
export function Channel(): ParameterDecorator {
  return param({ kind: "channel" });
}

/** The signal of a remote call, given when nobody waits for its result any more. Undefined elsewhere. */
export function SessionSignal(): ParameterDecorator {
  return param({ kind: "signal" });
}

function param(source: ParamSource): ParameterDecorator {
  return (target, method, index) => {
    if (method === undefined) throw new TypeError("This decorator is for parameters of methods.");
    describeParam(target, method, index, source);
  };
}

function asPipe(option: SchemaOption | Pipe): Pipe {
  return "schema" in option ? new SchemaPipe(option.schema) : option;
}
