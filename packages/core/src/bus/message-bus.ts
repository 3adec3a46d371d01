import type { LocalClient } from "../clients/client.ts";
import type { HeldRequests } from "../clients/held-requests.ts";
import type { StreamStart } from "../clients/resumption.ts";
import { HeldConnect } from "../clients/ways-out.ts";
import type { ICometAsyncResult } from "../exchange/comet-async-result.ts";
import type { RequestContext } from "../exchange/responder.ts";
import type { HandlerServices } from "../handlers/handler-services.ts";
import { failure, goneClient } from "../handlers/replies.ts";
import { type Awaitable, chain, isPromise } from "../ports/awaitable.ts";
import type { Log } from "../ports/ports.ts";
import { Batch } from "../protocol/batch.ts";
import { encodeMessage } from "../protocol/encode.ts";
import { bayeuxError, CometError } from "../protocol/errors.ts";
import type { Message, ReceivedMessage } from "../protocol/message.ts";
import type { IMessagesProcessor, ProcessedMessages } from "./messages-processor.ts";
import type { Opening } from "./opening.ts";
import type { Senders } from "./senders.ts";

/** The way in for every transport. */
export interface IMessageBus {
  /**
   * Handles the messages and completes the result: now, or later when it holds a connect. Never throws
   * and never rejects; completes the result exactly once unless the peer leaves first.
   */
  handleMessages(
    messages: readonly ReceivedMessage[],
    result: ICometAsyncResult,
    context: RequestContext,
  ): Awaitable<void>;
  /**
   * Opens a way out for a client beside its connects. From now on its messages leave there and not with connects,
   * until it connects with another type than the context's transport, another stream of it is opened, the peer leaves
   * or the client is gone. Undefined, and nothing done to the result: there is no such client, or it may
   * not use that connection type. Rejects with a {@link CometError} `comet_closed` or `store_failed`.
   */
  openStream(
    request: StreamRequest,
    result: ICometAsyncResult,
    context: RequestContext,
  ): Promise<StreamStart | undefined>;
}

/** Whose stream it is to be, and how far an earlier one brought it. */
export interface StreamRequest {
  readonly clientId: string;
  /** A whole number from 0: the position of the last message that the peer got. */
  readonly after?: number;
}

export interface MessageBusParts {
  readonly processor: IMessagesProcessor;
  readonly services: HandlerServices;
  readonly senders: Senders;
  readonly held: HeldRequests;
  readonly opening: Opening;
}

export class MessageBus implements IMessageBus {
  readonly #processor: IMessagesProcessor;
  readonly #services: HandlerServices;
  readonly #senders: Senders;
  readonly #held: HeldRequests;
  readonly #opening: Opening;
  readonly #log: Log;

  constructor({ processor, services, senders, held, opening }: MessageBusParts) {
    this.#processor = processor;
    this.#services = services;
    this.#senders = senders;
    this.#held = held;
    this.#opening = opening;
    this.#log = services.ports.log;
  }

  handleMessages(
    messages: readonly ReceivedMessage[],
    result: ICometAsyncResult,
    context: RequestContext,
  ): Awaitable<void> {
    try {
      const handled = this.#handle(messages, result, context);
      if (!isPromise(handled)) return;
      return Promise.resolve(handled).then(undefined, (cause) =>
        this.#fail(messages, result, cause),
      );
    } catch (cause) {
      this.#fail(messages, result, cause);
    }
  }

  async openStream(
    { clientId, after }: StreamRequest,
    result: ICometAsyncResult,
    context: RequestContext,
  ): Promise<StreamStart | undefined> {
    await this.#opening.wait();
    if (this.#services.isClosing()) throw new CometError("comet_closed", "The server closes.");
    const client = await this.#senders.find(clientId, context);
    const { transport } = context;
    if (client === undefined) return undefined;
    if (!this.#services.connectionTypes.mayUse(client.profile, transport)) return undefined;
    context.onClient?.(client.id);
    this.#held.keepAlive(client);
    return this.#services.clients.openStream(client, { result, transport, after });
  }

  /** Closures are made only where there is something to wait for: every request comes by here. */
  #handle(
    messages: readonly ReceivedMessage[],
    result: ICometAsyncResult,
    context: RequestContext,
  ): Awaitable<void> {
    const opening = this.#opening.wait();
    if (isPromise(opening)) return chain(opening, () => this.#handle(messages, result, context));
    const processing = this.#processor.process(messages, context);
    if (!isPromise(processing)) return this.#answer(result, processing, context);
    return chain(processing, (processed) => this.#answer(result, processed, context));
  }

  #fail(messages: readonly ReceivedMessage[], result: ICometAsyncResult, cause: unknown): void {
    this.#log("error", "A request could not be handled.", { cause });
    const error = bayeuxError("server_error");
    complete(
      result,
      messages.map((message) => failure(message, error)),
    );
  }

  #answer(
    result: ICometAsyncResult,
    { replies, sender, connected, holdFor }: ProcessedMessages,
    { connection }: RequestContext,
  ): void {
    const [reply] = replies;
    if (connected !== undefined && holdFor !== undefined && reply !== undefined) {
      if (result.isOpen) this.#hold(connected, new HeldConnect(result, reply, connection), holdFor);
    } else if (connected !== undefined) this.#answerNow(connected, result, replies);
    else if (sender === undefined || connection === undefined) complete(result, replies);
    else this.#held.deliveries.answerOn(connection, sender, result, replies);
  }

  #hold(client: LocalClient, connect: HeldConnect, ms: number): void {
    // First, because what comes back of an older answer may be more than a client may have.
    this.#held.supersede(client);
    // It may have ended since its connect was handled, and nobody would answer then.
    if (client.isAlive) this.#held.hold(client, connect, ms);
    else complete(connect.result, [goneClient(connect.reply, client)]);
  }

  #answerNow(client: LocalClient, result: ICometAsyncResult, replies: readonly Message[]): void {
    this.#held.supersede(client);
    this.#held.deliveries.complete(client, result, replies);
    this.#held.keepAlive(client);
  }
}

function complete(result: ICometAsyncResult, replies: readonly Message[]): void {
  result.completeRequestWithMessages(new Batch(replies.map((reply) => encodeMessage(reply))));
}
