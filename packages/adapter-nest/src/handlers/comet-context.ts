import type { CancelSignal, IClient, Message, RequestContext } from "@encke/core";
import type { ArgumentsHost } from "@nestjs/common";

/** What one call of a handler is about. */
export interface CallFacts {
  readonly channel: string;
  readonly params: Readonly<Record<string, string>>;
  readonly data?: unknown;
  readonly message?: Message | undefined;
  readonly session?: IClient | undefined;
  readonly context?: RequestContext | undefined;
  readonly signal?: CancelSignal | undefined;
}

/** The type of execution contexts of handlers: `context.getType() === "comet"`. */
export const COMET_CONTEXT = "comet";

/**
 * One call of a handler, as guards, interceptors, filters and param decorators see it: {@link CometContext.of}. It is
 * what `switchToHttp().getRequest()` returns, too: guards that read `headers` or set `user` work as on a controller.
 */
export class CometContext {
  readonly channel: string;
  /** The parameters of the channel, by their names. */
  readonly params: Readonly<Record<string, string>>;
  readonly data: unknown;
  readonly message: Message | undefined;
  /** Undefined where the server itself publishes, and before there is one. */
  readonly session: IClient | undefined;
  /** Undefined where it was no request that led to the call. */
  readonly context: RequestContext | undefined;
  readonly signal: CancelSignal | undefined;
  /** The headers of the request, by their names in lower case. Cannot be listed. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** For guards to leave who the user is. */
  user: unknown;

  constructor({ channel, params, data, message, session, context, signal }: CallFacts) {
    this.channel = channel;
    this.params = params;
    this.data = data;
    this.message = message;
    this.session = session;
    this.context = context;
    this.signal = signal;
    this.headers = headersOf(context);
  }

  /** Throws a `TypeError` where it is no handler of a Comet that is called. */
  static of(host: ArgumentsHost): CometContext {
    const [call] = host.getArgs<[unknown]>();
    if (call instanceof CometContext) return call;
    throw new TypeError("This is no call of a Comet's handler.");
  }
}

function headersOf(
  context: RequestContext | undefined,
): Readonly<Record<string, string | undefined>> {
  return new Proxy(Object.create(null) as Record<string, string | undefined>, {
    get: (_target, name) => (typeof name === "string" ? context?.header(name) : undefined),
  });
}
