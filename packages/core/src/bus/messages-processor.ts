import type { LocalClient } from "../clients/client.ts";
import type { HeldRequests } from "../clients/held-requests.ts";
import type { Extensions } from "../events/extensions.ts";
import type { RequestContext } from "../exchange/responder.ts";
import type { HandlerServices } from "../handlers/handler-services.ts";
import { CONNECT, HANDSHAKE, type HandlerTable } from "../handlers/handler-table.ts";
import type { HandlerRequest, MessageHandlerResult } from "../handlers/message-handler.ts";
import { failure, goneClient, refusal, unknownClient } from "../handlers/replies.ts";
import { type Awaitable, attempt, chain, forEachInOrder, isPromise } from "../ports/awaitable.ts";
import { Deadline } from "../ports/deadline.ts";
import { encodeMessage } from "../protocol/encode.ts";
import { type BayeuxErrorCode, bayeuxError } from "../protocol/errors.ts";
import type { Message, ReceivedMessage } from "../protocol/message.ts";
import { Breather } from "./breather.ts";
import type { Senders } from "./senders.ts";

/** How often a client may be taken over by other nodes while one of its messages waits here. */
const MOST_MOVES = 10;

/** What became of the messages of one request. */
export interface ProcessedMessages {
  /** In the order of the requests. */
  readonly replies: readonly Message[];
  /** The client whose messages they are. Undefined where none is known. */
  readonly sender?: LocalClient | undefined;
  /** The client, when one of its messages was a successful connect. */
  readonly connected?: LocalClient | undefined;
  /** Milliseconds for which the replies may be held back. */
  readonly holdFor?: number | undefined;
}

/** Handles the messages of one request, one after the other. */
export interface IMessagesProcessor {
  /** Rejects only where core itself is at fault: a failing handler has become a reply. */
  process(
    messages: readonly ReceivedMessage[],
    context: RequestContext,
  ): Awaitable<ProcessedMessages>;
}

/** Of several messages: none of them is held, so that their replies wait for nothing. */
interface Outcome {
  replies: readonly Message[];
  isConnect: boolean;
}

export interface MessagesProcessorParts {
  readonly services: HandlerServices;
  readonly handlers: HandlerTable;
  readonly extensions: Extensions;
  readonly held: HeldRequests;
  readonly senders: Senders;
}

export class MessagesProcessor implements IMessagesProcessor {
  readonly #services: HandlerServices;
  readonly #handlers: HandlerTable;
  readonly #extensions: Extensions;
  readonly #held: HeldRequests;
  readonly #senders: Senders;
  readonly #deadline: Deadline;

  constructor(parts: MessagesProcessorParts) {
    const { services, handlers, extensions, held, senders } = parts;
    this.#services = services;
    this.#handlers = handlers;
    this.#extensions = extensions;
    this.#held = held;
    this.#senders = senders;
    this.#deadline = new Deadline(services.wheel, services.settings.limits.handlerTimeout);
  }

  process(
    messages: readonly ReceivedMessage[],
    context: RequestContext,
  ): Awaitable<ProcessedMessages> {
    if (this.#services.isOver()) return { replies: messages.map(serverClosed) };
    const handshake = firstOn(HANDSHAKE, messages);
    if (handshake !== undefined) return this.#handshakeAlone(handshake, messages, context);
    const clientId = messages[0]?.clientId;
    if (clientId === undefined) return this.#processAll(messages, undefined, context);
    const found =
      firstOn(CONNECT, messages) === undefined
        ? this.#senders.find(clientId, context)
        : this.#senders.findBack(clientId, context);
    // From here on no closure is made for what is there already: this is what every request goes through.
    if (!isPromise(found)) return this.#processOf(found, messages, context);
    return chain(found, (client) => this.#processOf(client, messages, context));
  }

  #processOf(
    client: LocalClient | undefined,
    messages: readonly ReceivedMessage[],
    context: RequestContext,
  ): Awaitable<ProcessedMessages> {
    return client === undefined
      ? this.#processAll(messages, undefined, context)
      : this.#processFor(client, messages, context);
  }

  /** A handshake is not mixed with other messages: they are answered as what they are, messages without a client. */
  #handshakeAlone(
    handshake: ReceivedMessage,
    messages: readonly ReceivedMessage[],
    context: RequestContext,
  ): Awaitable<ProcessedMessages> {
    return chain(
      this.#handle({ message: handshake, client: undefined, context }),
      ({ replies }) => {
        // As it nearly always is.
        if (messages.length === 1) return { replies };
        const repliesTo = (message: Message) =>
          message === handshake ? replies : [unknownClient(message)];
        return { replies: messages.flatMap(repliesTo) };
      },
    );
  }

  #processFor(
    client: LocalClient,
    messages: readonly ReceivedMessage[],
    context: RequestContext,
  ): Awaitable<ProcessedMessages> {
    context.onClient?.(client.id);
    client.connection = context.connection ?? client.connection;
    this.#held.keepAlive(client);
    // A connect waits for nothing: it is what brings the answers to everything else.
    if (areAllOn(CONNECT, messages)) {
      return this.#processAll(messages, client, context);
    }
    if (context.isReadInOrder) this.#held.release(client);
    if (client.lane.length >= this.#services.settings.limits.waitingRequestsPerClient) {
      const error = bayeuxError("too_many_requests");
      return { replies: messages.map((message) => failure(message, error)) };
    }
    return client.lane.run(() => this.#processAll(messages, client, context));
  }

  #processAll(
    messages: readonly ReceivedMessage[],
    client: LocalClient | undefined,
    context: RequestContext,
  ): Awaitable<ProcessedMessages> {
    const [message] = messages;
    if (message !== undefined && messages.length === 1) {
      // It is by this message that the client was found.
      const handled = this.#handleOwn({ message, client, context }, true);
      return isPromise(handled)
        ? chain(handled, (result) => processed(result, client))
        : processed(handled, client);
    }
    const outcome: Outcome = { replies: [], isConnect: false };
    const breather = new Breather(this.#services.ports);
    const all = forEachInOrder(messages, (message) =>
      chain(breather.pause(), () =>
        chain(
          this.#handleOwn({ message, client, context }, message.clientId === client?.id),
          (result) => collect(outcome, result),
        ),
      ),
    );
    return chain(all, () => processed(outcome, client));
  }

  /** A message is handled only for the live client that it names. `isOwn`: that is the client of the request. */
  #handleOwn(request: HandlerRequest, isOwn: boolean, moves = 0): Awaitable<MessageHandlerResult> {
    const { message, client } = request;
    if (isOwn && client?.isAlive) return this.#handle(request);
    if (this.#services.isOver()) return { replies: [serverClosed(message)] };
    if (!isOwn || client === undefined) return { replies: [unknownClient(message)] };
    const isToFollow = client.isElsewhere && message.channel !== CONNECT && moves < MOST_MOVES;
    if (isToFollow && !this.#services.isClosing()) return this.#follow(request, moves);
    return { replies: [goneClient(message, client)] };
  }

  /** Requests of one client may go to several nodes at once: what one has taken over meanwhile is taken back. */
  #follow({ message, context }: HandlerRequest, moves: number): Awaitable<MessageHandlerResult> {
    const { clientId = "" } = message;
    const again = (client: LocalClient | undefined): Awaitable<MessageHandlerResult> =>
      client === undefined
        ? { replies: [unknownClient(message)] }
        : client.lane.run(() => this.#handleOwn({ message, client, context }, true, moves + 1));
    return attempt(
      () => chain(this.#senders.find(clientId, context), again),
      (cause) => this.#failed(message, cause),
    );
  }

  #handle(request: HandlerRequest): Awaitable<MessageHandlerResult> {
    const handled = this.#handleInTime(request);
    return this.#extensions.hasOutgoing
      ? chain(handled, (result) => this.#passReplies(request, result))
      : handled;
  }

  /** As `attempt` does it, but with closures only where there is something to wait for. */
  #handleInTime(request: HandlerRequest): Awaitable<MessageHandlerResult> {
    const { message } = request;
    try {
      const handling = this.#passAndHandle(request);
      if (!isPromise(handling)) return handling;
      return Promise.resolve(this.#deadline.limit(handling, () => this.#tooLate(message))).then(
        undefined,
        (cause) => this.#failed(message, cause),
      );
    } catch (cause) {
      return this.#failed(message, cause);
    }
  }

  #passAndHandle(request: HandlerRequest): Awaitable<MessageHandlerResult> {
    const { message } = request;
    if (!this.#extensions.hasIncoming) return this.#handlers.for(message).handleMessage(request);
    return chain(this.#extensions.incoming(message, exposed(request)), (isKept) =>
      isKept
        ? this.#handlers.for(message).handleMessage(request)
        : refusal(message, "message_deleted"),
    );
  }

  #passReplies(
    request: HandlerRequest,
    result: MessageHandlerResult,
  ): Awaitable<MessageHandlerResult> {
    const { message } = request;
    const about = { ...exposed(request), request: message };
    const pass = (reply: Message): Awaitable<void> =>
      chain(this.#extensions.outgoing(reply, about), () => {
        // Fails here, for this message alone, rather than where the whole request is encoded.
        encodeMessage(reply);
      });
    return attempt(
      () =>
        this.#deadline.limit(
          chain(forEachInOrder(result.replies, pass), () => result),
          () => this.#tooLate(message),
        ),
      (cause) => this.#failed(message, cause),
    );
  }

  #failed(message: Message, cause: unknown): MessageHandlerResult {
    return this.#report(message, "server_error", "A message could not be handled.", cause);
  }

  #tooLate(message: Message): MessageHandlerResult {
    return this.#report(message, "handler_timeout", "A message took too long to handle.");
  }

  #report(
    message: Message,
    code: BayeuxErrorCode,
    text: string,
    cause?: unknown,
  ): MessageHandlerResult {
    this.#services.ports.log("error", text, { channel: message.channel, cause });
    return refusal(message, code);
  }
}

function serverClosed(message: Message): Message {
  return failure(message, bayeuxError("server_closing"), {
    advice: { reconnect: "retry", interval: 1_000 },
  });
}

function exposed({ client, context }: HandlerRequest): {
  client?: LocalClient;
  context: RequestContext;
} {
  return client === undefined ? { context } : { client, context };
}

function collect(outcome: Outcome, { replies, isConnect }: MessageHandlerResult): void {
  outcome.replies = outcome.replies.length === 0 ? replies : [...outcome.replies, ...replies];
  if (isConnect) outcome.isConnect = true;
}

function processed(
  { replies, isConnect, holdFor }: MessageHandlerResult,
  client: LocalClient | undefined,
): ProcessedMessages {
  const connected = isConnect && client?.isAlive ? client : undefined;
  return { replies, sender: client, connected, holdFor };
}

function firstOn(
  channel: string,
  messages: readonly ReceivedMessage[],
): ReceivedMessage | undefined {
  for (const message of messages) if (message.channel === channel) return message;
  return undefined;
}

function areAllOn(channel: string, messages: readonly ReceivedMessage[]): boolean {
  for (const message of messages) if (message.channel !== channel) return false;
  return true;
}
