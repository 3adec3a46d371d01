import type { LocalClient } from "../clients/client.ts";
import type { HeldRequests } from "../clients/held-requests.ts";
import type { ICometAsyncResult } from "../exchange/comet-async-result.ts";
import type { RequestContext } from "../exchange/responder.ts";
import { failure, unknownClient } from "../handlers/replies.ts";
import { type Awaitable, attempt, chain } from "../ports/awaitable.ts";
import type { Log } from "../ports/ports.ts";
import { Batch } from "../protocol/batch.ts";
import { encodeMessage } from "../protocol/encode.ts";
import { bayeuxError } from "../protocol/errors.ts";
import type { Message, ReceivedMessage } from "../protocol/message.ts";
import type { IMessagesProcessor, ProcessedMessages } from "./messages-processor.ts";
import type { Opening } from "./opening.ts";

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
}

export class MessageBus implements IMessageBus {
  readonly #processor: IMessagesProcessor;
  readonly #held: HeldRequests;
  readonly #opening: Opening;
  readonly #log: Log;

  constructor(processor: IMessagesProcessor, held: HeldRequests, opening: Opening, log: Log) {
    this.#processor = processor;
    this.#held = held;
    this.#opening = opening;
    this.#log = log;
  }

  handleMessages(
    messages: readonly ReceivedMessage[],
    result: ICometAsyncResult,
    context: RequestContext,
  ): Awaitable<void> {
    return attempt(
      () =>
        chain(this.#opening.wait(), () =>
          chain(this.#processor.process(messages, context), (processed) =>
            this.#answer(result, processed),
          ),
        ),
      (cause) => {
        this.#log("error", "A request could not be handled.", { cause });
        const error = bayeuxError("server_error");
        complete(
          result,
          messages.map((message) => failure(message, error)),
        );
      },
    );
  }

  #answer(result: ICometAsyncResult, { replies, connected, holdFor }: ProcessedMessages): void {
    const [reply] = replies;
    if (connected === undefined) complete(result, replies);
    else if (holdFor === undefined || reply === undefined)
      this.#answerNow(connected, result, replies);
    else if (result.isOpen) this.#hold(connected, result, reply, holdFor);
  }

  #hold(client: LocalClient, result: ICometAsyncResult, reply: Message, ms: number): void {
    // First, because what comes back of an older answer may be more than a client may have.
    this.#held.displace(client);
    // It may have ended since its connect was handled, and nobody would answer then.
    if (client.isAlive) this.#held.hold(client, result, reply, ms);
    else complete(result, [unknownClient(reply)]);
  }

  #answerNow(client: LocalClient, result: ICometAsyncResult, replies: readonly Message[]): void {
    this.#held.displace(client);
    this.#held.deliveries.complete(client, result, replies);
    this.#held.keepAlive(client);
  }
}

function complete(result: ICometAsyncResult, replies: readonly Message[]): void {
  result.completeRequestWithMessages(new Batch(replies.map(encodeMessage)));
}
