import type { ClientPace, IClient } from "../clients/client.ts";
import type { RequestContext } from "../exchange/responder.ts";
import { type Awaitable, attempt, chain } from "../ports/awaitable.ts";
import type { Log } from "../ports/ports.ts";
import type { Advice, Message } from "../protocol/message.ts";
import type { OverflowPolicy } from "../store/message-log.ts";

/** What a policy decides. Anything but `true` and an object with `allow: true` is a refusal. */
export type Verdict = boolean | Refusal | Permission;

export interface Refusal {
  readonly allow: false;
  /** Told to the peer: at most 200 characters. */
  readonly reason?: string;
  /** Only for a handshake: takes the place of the advice not to come back. */
  readonly advice?: Advice;
}

export interface Permission {
  readonly allow: true;
  /** Only for a handshake: plain JSON to keep with the client. */
  readonly data?: { readonly [name: string]: unknown };
  /** Only for a handshake: milliseconds after which the `renew` policy is asked. */
  readonly validFor?: number;
  /** Only for a handshake: what the client is to be, beside its data. */
  readonly client?: ClientTraits;
}

/** What may be decided about a client when it is made. */
export interface ClientTraits extends ClientPace {
  /** What people know it by. */
  readonly displayName?: string;
  /** The connection types that it may use, of those that are served. @default all */
  readonly connectionTypes?: readonly string[];
  /** What happens to a message for which its mailbox has no room. @default the Comet's `overflow` */
  readonly overflow?: OverflowPolicy;
}

/** A function, or an object with state of its own. A policy that throws or rejects refuses. */
export type Policy<Request> =
  | ((request: Request) => Awaitable<Verdict>)
  | { decide(request: Request): Awaitable<Verdict> };

export interface HandshakeRequest {
  readonly message: Message;
  readonly context: RequestContext;
  /** The client that `comet.createClient` made, where the handshake presents one. */
  readonly client?: IClient;
}

export interface ChannelRequest {
  readonly client: IClient;
  readonly channel: string;
  /**
   * Missing where a wildcard subscription is asked again for one of the channels that it covers, and
   * where subscriptions are checked again.
   */
  readonly message?: Message;
  readonly context?: RequestContext;
}

/** Who may do what. What has no policy is allowed. Asked before the event of the same name is raised. */
export interface Policies {
  readonly handshake?: Policy<HandshakeRequest>;
  /** Asked when a client names a channel or pattern that nobody on this node is subscribed to. */
  readonly create?: Policy<ChannelRequest>;
  /** Asked for each pattern, and again for each concrete channel that a wildcard covers before its first message is delivered. */
  readonly subscribe?: Policy<ChannelRequest>;
  readonly publish?: Policy<ChannelRequest>;
  /** Asked when the time that the handshake was `validFor` is over; its own `validFor` starts the next. Where it is missing or refuses, the client is disconnected. */
  readonly renew?: Policy<{ readonly client: IClient }>;
}

/** A verdict in the only form that the rest of core looks at. */
export type Decision = Refusal | Permission;

const ALLOWED: Permission = { allow: true };
const REFUSED: Refusal = { allow: false };

export function decide<Request>(
  policy: Policy<Request> | undefined,
  request: Request,
  log: Log,
): Awaitable<Decision> {
  if (policy === undefined) return ALLOWED;
  const verdict = attempt<Verdict, Verdict>(
    () => (typeof policy === "function" ? policy(request) : policy.decide(request)),
    (cause) => {
      log("error", "A policy failed, which refuses.", { cause });
      return false;
    },
  );
  return chain(verdict, toDecision);
}

function toDecision(verdict: Verdict): Decision {
  if (verdict === true) return ALLOWED;
  if (typeof verdict !== "object" || verdict === null) return REFUSED;
  return verdict.allow === true ? verdict : { ...verdict, allow: false };
}
