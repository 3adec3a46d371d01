import type { IClient, ReplayRequest } from "../clients/client.ts";
import { Cancellation } from "../events/cancellation.ts";
import type { RequestContext } from "../exchange/responder.ts";
import type { Message } from "../protocol/message.ts";
import type { HandlerRequest } from "./message-handler.ts";

/** The event of a request of a known client that may be cancelled. */
export class ClientRequest extends Cancellation {
  readonly client: IClient;
  readonly message: Message;
  readonly context: RequestContext;

  constructor({ client, message, context }: HandlerRequest) {
    super();
    this.client = client as IClient;
    this.message = message;
    this.context = context;
  }
}

/** The same, about a channel or pattern. */
export class ChannelClientRequest extends ClientRequest {
  readonly channel: string;
  replay: ReplayRequest | undefined;

  constructor(request: HandlerRequest, channel: string) {
    super(request);
    this.channel = channel;
  }
}
