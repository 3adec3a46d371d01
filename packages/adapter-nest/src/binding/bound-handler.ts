import type { HandlerKind } from "../decorators/handler-metadata.ts";
import type { ChannelTemplate } from "../handlers/channel-template.ts";
import { type CallFacts, CometContext } from "../handlers/comet-context.ts";
import type { Invoke } from "../handlers/handler-compiler.ts";

/** A handler that is to be called by a Comet. */
export interface BoundHandler {
  readonly kind: HandlerKind;
  readonly template: ChannelTemplate;
  readonly invoke: Invoke;
  /** For logs: `ChatService.join`. */
  readonly name: string;
}

/** What happens to a channel, before its parameters are known. */
export type ChannelFacts = Omit<CallFacts, "params">;

/** The call of a handler for what happens. Undefined where the channel is none of its template. */
export function callFor(handler: BoundHandler, facts: ChannelFacts): CometContext | undefined {
  const params = handler.template.paramsOf(facts.channel);
  return params === undefined ? undefined : new CometContext({ ...facts, params });
}
