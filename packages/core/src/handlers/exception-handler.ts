import type { HandlerRequest, IMessageHandler, MessageHandlerResult } from "./message-handler.ts";
import { failure } from "./replies.ts";

/** Answers with an error, whatever the message asks for. */
export class ExceptionHandler implements IMessageHandler {
  readonly #errorFor: (request: HandlerRequest) => string;

  constructor(errorFor: (request: HandlerRequest) => string) {
    this.#errorFor = errorFor;
  }

  handleMessage(request: HandlerRequest): MessageHandlerResult {
    return { replies: [failure(request.message, this.#errorFor(request))] };
  }
}
