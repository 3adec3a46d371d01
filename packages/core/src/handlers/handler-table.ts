import { comparePatterns, kindOf, matches } from "../protocol/channels.ts";
import { bayeuxError } from "../protocol/errors.ts";
import type { ReceivedMessage } from "../protocol/message.ts";
import { ConnectHandler } from "./connect-handler.ts";
import { DisconnectHandler } from "./disconnect-handler.ts";
import { ExceptionHandler } from "./exception-handler.ts";
import { ForwardingHandler } from "./forwarding-handler.ts";
import type { HandlerServices } from "./handler-services.ts";
import { HandshakeHandler } from "./handshake-handler.ts";
import type { IMessageHandler } from "./message-handler.ts";
import { SubscribeHandler } from "./subscribe-handler.ts";
import { SwallowHandler } from "./swallow-handler.ts";
import { UnsubscribeHandler } from "./unsubscribe-handler.ts";

export const HANDSHAKE = "/meta/handshake";
export const CONNECT = "/meta/connect";

/**
 * Replacements: by the exact meta channel, by a channel or pattern of the two other kinds, where the closest pattern counts,
 * or for all that is left of a kind, as `service` and `publish`.
 */
export interface HandlerOverrides {
  readonly [channel: `/${string}`]: IMessageHandler;
  readonly service?: IMessageHandler;
  readonly publish?: IMessageHandler;
}

/** Which handler a message goes to. Meta channels are compared as a whole: nothing below one reaches its handler. */
export class HandlerTable {
  readonly services: SwallowHandler;
  readonly #meta: ReadonlyMap<string, IMessageHandler>;
  /** The closest pattern first. */
  readonly #byPattern: readonly (readonly [pattern: string, handler: IMessageHandler])[];
  readonly #service: IMessageHandler;
  readonly #publish: IMessageHandler;
  readonly #faulty = new ExceptionHandler(
    ({ message }) => message.fault ?? bayeuxError("field_invalid"),
  );
  readonly #unknownMeta = new ExceptionHandler(({ message }) =>
    bayeuxError("channel_denied", [message.channel]),
  );

  constructor(services: HandlerServices, { service, publish, ...others }: HandlerOverrides = {}) {
    const replaced = Object.entries(others as Readonly<Record<string, IMessageHandler>>);
    const isMeta = ([channel]: readonly [string, unknown]): boolean => kindOf(channel) === "meta";
    this.services = new SwallowHandler(services);
    this.#service = service ?? this.services;
    this.#publish = publish ?? new ForwardingHandler(services);
    this.#meta = new Map<string, IMessageHandler>([
      [HANDSHAKE, new HandshakeHandler(services)],
      [CONNECT, new ConnectHandler(services)],
      ["/meta/disconnect", new DisconnectHandler(services)],
      ["/meta/subscribe", new SubscribeHandler(services)],
      ["/meta/unsubscribe", new UnsubscribeHandler(services)],
      ...replaced.filter(isMeta),
    ]);
    this.#byPattern = replaced
      .filter((entry) => !isMeta(entry))
      .sort(([one], [other]) => comparePatterns(other, one));
  }

  for(message: ReceivedMessage): IMessageHandler {
    if (message.fault !== undefined) return this.#faulty;
    const meta = this.#meta.get(message.channel);
    if (meta !== undefined) return meta;
    const kind = kindOf(message.channel);
    if (kind === "meta") return this.#unknownMeta;
    for (const [pattern, handler] of this.#byPattern) {
      if (matches(pattern, message.channel)) return handler;
    }
    return kind === "service" ? this.#service : this.#publish;
  }
}
