import { type Limits, NAME_LENGTH } from "./limits.ts";
import type { ReceivedMessage } from "./message.ts";

/** What is cut out of a text keeps all of it in memory. With longer ones, it is not reading them that takes the time. */
const MOST_CHARACTERS = 512;

/** One field, without escapes or white space. Which one it is, its second letter tells. */
const FIELD = '"(?:channel|clientId|id|connectionType|subscription|data)":"[ !#-[\\]-~]*"';
const FIELDS = `\\{${FIELD}(?:,${FIELD})*\\}`;
const PLAIN = new RegExp(`^(?:${FIELDS}|\\[${FIELDS}\\])$`);

/** Of these there is one string each, so that whoever looks one up need not look at its letters. */
const CONNECT = "/meta/connect";
const LONG_POLLING = "long-polling";

/**
 * Reads a request of one message that is written as nearly all connects are, publishes of texts, and subscriptions to one
 * channel: a regular expression finds out whether it is, and its values are cut out. That takes a third of the time of
 * parsing it and looking through what comes of that, which was the larger part of what core does for a poll. Undefined: it
 * is another request, or there may be something wrong with it.
 */
export function readPlainMessage(text: string, limits: Limits): ReceivedMessage | undefined {
  if (text.length > MOST_CHARACTERS || !PLAIN.test(text)) return undefined;
  if (limits.jsonDepth < 2 || limits.messagesPerRequest < 1) return undefined;
  let channel = "";
  let id: string | undefined;
  let clientId: string | undefined;
  let connectionType: string | undefined;
  let subscription: string | undefined;
  let data: string | undefined;
  let end = text.startsWith("[") ? 1 : 0;
  do {
    const quote = end + 1;
    const letter = text.charAt(quote + 2);
    const start = quote + lengthBefore(letter);
    end = text.indexOf('"', start);
    const value = text.slice(start, end);
    if (letter === "h") channel = value === CONNECT ? CONNECT : value;
    else if (letter === "l") clientId = value;
    else if (letter === "d") id = value;
    else if (letter === "o") connectionType = value === LONG_POLLING ? LONG_POLLING : value;
    else if (letter === "u") subscription = copyOf(value);
    else data = value;
    end++;
  } while (text.charAt(end) === ",");
  if (channel === "" || !isWithin(limits.idLength, id)) return undefined;
  if (!isWithin(NAME_LENGTH, clientId) || !isWithin(NAME_LENGTH, connectionType)) return undefined;
  // In the same order as always, so that all messages are of few shapes.
  const message: ReceivedMessage = { channel };
  if (id !== undefined) message.id = id;
  if (clientId !== undefined) message.clientId = clientId;
  if (connectionType !== undefined) message.connectionType = connectionType;
  if (subscription !== undefined) message.subscription = subscription;
  if (data !== undefined) message.data = data;
  return message;
}

/** From the quote before the name of a field to its value. */
function lengthBefore(letter: string): number {
  if (letter === "h") return '"channel":"'.length;
  if (letter === "l") return '"clientId":"'.length;
  if (letter === "d") return '"id":"'.length;
  if (letter === "o") return '"connectionType":"'.length;
  if (letter === "u") return '"subscription":"'.length;
  return '"data":"'.length;
}

/** For what is kept as long as the client is subscribed. */
function copyOf(piece: string): string {
  const codes: number[] = [];
  for (let at = 0; at < piece.length; at++) codes.push(piece.charCodeAt(at));
  return String.fromCharCode(...codes);
}

function isWithin(most: number, value: string | undefined): boolean {
  return value === undefined || value.length <= most;
}
