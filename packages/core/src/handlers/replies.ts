import type { LocalClient } from "../clients/client.ts";
import { type BayeuxErrorCode, bayeuxError } from "../protocol/errors.ts";
import type { Message } from "../protocol/message.ts";
import type { MessageHandlerResult } from "./message-handler.ts";

/** The reply to a message: same channel, same id, never its data. */
export function success(request: Message, fields?: Partial<Message>): Message {
  const { channel, id } = request;
  const reply: Message =
    id === undefined ? { channel, successful: true } : { channel, id, successful: true };
  return fields === undefined ? reply : Object.assign(reply, fields);
}

/** The same, naming the client. Made as a whole: there is one for every connect, which is kept for as long as that is held. */
export function successFor({ channel, id }: Message, clientId: string): Message {
  return id === undefined
    ? { channel, successful: true, clientId }
    : { channel, id, successful: true, clientId };
}

export function failure(request: Message, error: string, fields?: Partial<Message>): Message {
  const { channel, id } = request;
  return { channel, ...(id !== undefined && { id }), successful: false, error, ...fields };
}

export function refusal(
  request: Message,
  code: BayeuxErrorCode,
  args: readonly string[] = [],
  fields?: Partial<Message>,
): MessageHandlerResult {
  return { replies: [failure(request, bayeuxError(code, args), fields)] };
}

/** Only a connect is told what to do about it: a client that recovers there recovers as a whole. */
export function unknownClient(request: Message): Message {
  const advice = { reconnect: "handshake", interval: 0 } as const;
  const isConnect = request.channel === "/meta/connect";
  return failure(request, bayeuxError("session_unknown"), isConnect ? { advice } : undefined);
}

/** The reply to a message of a client that this node serves no more: one that is served elsewhere need only ask again. */
export function goneClient(request: Message, client: LocalClient): Message {
  const isConnect = request.channel === "/meta/connect";
  if (!isConnect || !client.isElsewhere) return unknownClient(request);
  const advice = { reconnect: "retry", interval: 0 } as const;
  return success(request, { clientId: client.id, advice });
}
