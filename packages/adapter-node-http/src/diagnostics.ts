import { channel as diagnosticsChannel } from "node:diagnostics_channel";
import type { CancellableEvent, Comet, CometEvents, IClient } from "@encke/core";

/** Events that state facts: whether what is asked for is done, is known only then. */
export type FactName = {
  [Name in keyof CometEvents]: CometEvents[Name] extends CancellableEvent ? never : Name;
}[keyof CometEvents];

/** What subscribers of a channel are given: what happened, without anything that is secret. */
export type DiagnosticsMessage = { readonly [name: string]: unknown };

type Describe<Name extends FactName> = (event: CometEvents[Name]) => DiagnosticsMessage;

/** For each fact, what of it is told. A fact that is missing here does not compile. */
const DESCRIPTIONS: { readonly [Name in FactName]: Describe<Name> } = {
  handshaken: ({ client, context }) => ({
    ...known(client),
    transport: context.transport,
    remoteAddress: context.remoteAddress,
  }),
  subscribed: ({ client, channel }) => ({ ...known(client), channel }),
  unsubscribed: ({ client, channel }) => ({ ...known(client), channel }),
  published: ({ client, channel, position }) => ({
    ...(client && known(client)),
    channel,
    position,
  }),
  delivered: ({ client, count }) => ({ ...known(client), count }),
  disconnected: ({ client, reason }) => ({ ...known(client), reason }),
  overflow: ({ client, channel, dropped, policy }) => ({
    ...known(client),
    ...{ channel, dropped, policy },
  }),
  sourceFailed: ({ pattern, retryIn }) => ({ pattern, retryIn }),
  gap: ({ client, from, to }) => ({ ...known(client), from, to }),
};

export interface DiagnosticsOptions {
  /** The facts that are told. `delivered` comes once for each client that gets something. @default all but `delivered` */
  readonly events?: readonly FactName[];
}

const DEFAULT_EVENTS = (Object.keys(DESCRIPTIONS) as FactName[]).filter(
  (name) => name !== "delivered",
);

/**
 * An extension that tells the channels `encke:<event>` of `node:diagnostics_channel` what happens: `comet.use(diagnostics())`.
 * Costs next to nothing as long as nobody is subscribed there.
 */
export function diagnostics({ events = DEFAULT_EVENTS }: DiagnosticsOptions = {}): {
  readonly name: string;
  attach(comet: Comet): () => void;
} {
  return {
    name: "diagnostics",
    attach(comet) {
      const cancels = events.map((name) => tell(comet, name));
      return () => {
        for (const cancel of cancels) cancel();
      };
    },
  };
}

function tell<Name extends FactName>(comet: Comet, name: Name): () => void {
  const channel = diagnosticsChannel(`encke:${name}`);
  const describe: Describe<Name> = DESCRIPTIONS[name];
  return comet.on(name, (event) => {
    if (channel.hasSubscribers) channel.publish(describe(event));
  });
}

function known({ publicId, displayName }: IClient): DiagnosticsMessage {
  return displayName === undefined ? { publicId } : { publicId, displayName };
}
