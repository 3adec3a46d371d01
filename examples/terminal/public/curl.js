import { messagesIn } from "./frame-text.js";

/** A shell command that sends the same messages by POST. */
export function curlOf(url, text) {
  return [
    `curl ${quoted(url)}`,
    `-H ${quoted("Content-Type: application/json")}`,
    `--data-raw ${quoted(bodyOf(text))}`,
  ].join(" ");
}

/** Without line breaks; a connect says that it comes by long polling, whatever it came by. */
function bodyOf(text) {
  const messages = messagesIn(text);
  if (messages === undefined) return text;
  return JSON.stringify(messages.map(polled));
}

function polled(message) {
  if (!("connectionType" in message)) return message;
  return { ...message, connectionType: "long-polling" };
}

function quoted(word) {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
