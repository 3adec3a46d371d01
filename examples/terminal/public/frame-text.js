/**
 * The messages in the text of a frame; undefined when it is no JSON, or something else than messages. A frame
 * without any is `[]`.
 */
export function messagesIn(text) {
  try {
    const parsed = JSON.parse(text);
    const messages = Array.isArray(parsed) ? parsed : [parsed];
    return messages.every(isObject) ? messages : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
