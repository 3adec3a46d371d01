import type {
  Awaitable,
  ChannelOptions,
  ChannelRequest,
  PublishingEvent,
  Verdict,
} from "@encke/core";
import type { HandlerKind } from "../decorators/handler-metadata.ts";
import { CometContext } from "../handlers/comet-context.ts";
import { toldOf } from "../handlers/failures.ts";
import { type BoundHandler, type ChannelFacts, callFor } from "./bound-handler.ts";
import { Replacement } from "./replacement.ts";
import type { Switchboard } from "./switchboard.ts";

type Bind = (board: Switchboard, handler: BoundHandler) => Awaitable<void>;

/** How a Comet comes to call a handler, by what it is for. */
export const BINDINGS: Readonly<Record<HandlerKind, Bind>> = {
  async Configure({ comet }, handler) {
    const { pattern } = handler.template;
    const call = new CometContext({ channel: pattern, params: {} });
    comet.channel(pattern, ((await handler.invoke(call)) ?? {}) as ChannelOptions);
  },

  Listener({ comet }, handler) {
    comet.on("publishing", handler.template.pattern, (event) => {
      const { channel, message, client: session, context } = event;
      const call = callFor(handler, { channel, message, data: message.data, session, context });
      return call === undefined ? undefined : listen(handler, call, event);
    });
  },

  Subscription(board, handler) {
    board.comet.on("published", handler.template.pattern, ({ channel, data, client }) => {
      tell(board, handler, { channel, data, session: client, message: { channel, data } });
    });
  },

  RemoteCall({ remotes }, handler) {
    remotes.add(handler);
  },

  RemoteStream({ remotes }, handler) {
    remotes.add(handler);
  },

  CanHandshake({ policies }, handler) {
    policies.add("handshake", ({ message, context, client: session }) => {
      const { channel, data } = message;
      const facts = { channel, data, params: {}, message, session, context };
      return decide(handler, new CometContext(facts));
    });
  },

  CanCreate({ policies }, handler) {
    policies.add("create", decider(handler));
  },

  CanSubscribe({ policies }, handler) {
    policies.add("subscribe", decider(handler));
  },

  CanPublish({ policies }, handler) {
    policies.add("publish", decider(handler));
  },

  OnHandshake(board, handler) {
    board.comet.on("handshaken", ({ client: session, message, context }) => {
      const { channel, data } = message;
      const facts = { channel, data, params: {}, message, session, context };
      work(board, handler, new CometContext(facts));
    });
  },

  OnSubscribed(board, handler) {
    board.comet.on("subscribed", handler.template.pattern, ({ channel, client: session }) =>
      tell(board, handler, { channel, session }),
    );
  },

  OnUnsubscribed(board, handler) {
    board.comet.on("unsubscribed", handler.template.pattern, ({ channel, client: session }) =>
      tell(board, handler, { channel, session }),
    );
  },

  OnSessionRemoved(board, handler) {
    board.comet.on("disconnected", ({ client: session, reason }) => {
      const facts = { channel: "/meta/disconnect", params: {}, data: { reason }, session };
      work(board, handler, new CometContext(facts));
    });
  },
};

async function listen(
  { invoke }: BoundHandler,
  call: CometContext,
  event: PublishingEvent,
): Promise<void> {
  try {
    const answer = await invoke(call);
    if (answer === false) event.cancel();
    if (answer instanceof Replacement) event.message.data = answer.data;
  } catch (cause) {
    const told = toldOf(cause);
    // The Comet cancels for what a listener throws, and logs it.
    if (told === undefined) throw cause;
    event.cancel(told.message);
  }
}

function decider(handler: BoundHandler): (request: ChannelRequest) => Awaitable<Verdict> {
  return ({ channel, client: session, message, context }) => {
    const call = callFor(handler, { channel, data: message?.data, message, session, context });
    return call === undefined ? true : decide(handler, call);
  };
}

async function decide({ invoke }: BoundHandler, call: CometContext): Promise<Verdict> {
  try {
    return (await invoke(call)) as Verdict;
  } catch (cause) {
    const told = toldOf(cause);
    if (told === undefined) throw cause;
    return { allow: false, reason: told.message };
  }
}

function tell(board: Switchboard, handler: BoundHandler, facts: ChannelFacts): void {
  const call = callFor(handler, facts);
  if (call !== undefined) work(board, handler, call);
}

/** Starts a handler that nobody waits for. */
function work({ comet, pending }: Switchboard, handler: BoundHandler, call: CometContext): void {
  const done = handler.invoke(call).then(
    () => undefined,
    (cause: unknown) => {
      const { kind, name } = handler;
      const level = toldOf(cause) === undefined ? "error" : "debug";
      comet.log(level, `@${kind} of ${name} failed.`, { channel: call.channel, cause });
    },
  );
  pending.add(done);
}
