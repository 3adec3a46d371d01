import type { Message } from "../../message.ts";
import type { ITransport, TransportFactory, TransportHost } from "../../transport.ts";
import type { CometMessage, Failure } from "../message.ts";

/** What a transport in the manner of cometd.js is to send. */
export interface Envelope {
  readonly url: string;
  readonly sync: false;
  readonly messages: readonly CometMessage[];
  onSuccess(messages: readonly CometMessage[]): void;
  onFailure(conduit: unknown, messages: readonly CometMessage[], failure: Partial<Failure>): void;
}

/** A transport of the application's own, in the manner of cometd.js. */
export interface ForeignTransport {
  readonly type?: string;
  url?: string | undefined;
  accept(version: string, crossDomain: boolean, url: string): boolean;
  send(envelope: Envelope, metaConnect: boolean): void;
  abort?(): void;
  reset?(init: boolean): void;
  registered?(type: string, cometd: object): void;
  unregistered?(): void;
}

/** Makes transports of the client from one in the manner of cometd.js. */
export function fromForeign(type: string, transport: ForeignTransport): TransportFactory {
  return {
    type,
    isSupported: () => transport.accept("1.0", false, transport.url ?? ""),
    open: (host) => opened(transport, host),
  };
}

function opened(transport: ForeignTransport, host: TransportHost): ITransport {
  let isOpen = true;
  const envelopeFor = (messages: readonly Message[]): Envelope => ({
    url: transport.url ?? host.url,
    sync: false,
    messages: messages as readonly CometMessage[],
    onSuccess: (received) => {
      if (isOpen) host.receive(received as readonly Message[]);
    },
    onFailure: (_conduit, failed, { reason, exception }) => {
      const cause = exception ?? reason ?? "The transport failed.";
      if (isOpen) host.fail(cause, failed as readonly Message[]);
    },
  });
  transport.reset?.(true);
  return {
    send(messages) {
      try {
        transport.send(envelopeFor(messages), messages[0]?.channel === "/meta/connect");
      } catch (cause) {
        host.fail(cause, messages);
      }
    },
    abandon: () => undefined,
    close() {
      isOpen = false;
      transport.abort?.();
    },
  };
}
