import { element } from "/site/element.js";
import { kindOf } from "./channel-kind.js";
import { jsonView } from "./json-view.js";

/** Characters of what a message is about that are shown before it is opened. */
const MAX_GIST = 160;

/** One message of a frame: a line that says what it is, and all of it once it is opened. */
export function messageView(message, { took }) {
  const channel = String(message.channel ?? "no channel");
  const summary = element(
    "summary",
    "line",
    element("code", "channel", channel),
    ...marks(message, took),
  );
  const body = element("div", "body");
  const view = element("details", `message ${kindOf(channel)}`, summary, body);
  view.dataset.text = JSON.stringify(message).toLowerCase();
  view.addEventListener("toggle", () => body.replaceChildren(jsonView(message)), { once: true });
  return view;
}

function marks(message, took) {
  const { successful, error, advice, id } = message;
  const made = [];
  if (id !== undefined) made.push(element("span", "id", `#${id}`));
  if (successful === true) made.push(element("span", "mark good", "successful"));
  if (successful === false) made.push(element("span", "mark bad", String(error ?? "failed")));
  if (advice !== undefined) made.push(element("span", "mark advice", `advice ${adviceIn(advice)}`));
  if (took !== undefined) made.push(element("span", "took", durationOf(took)));
  const gist = gistOf(message);
  if (gist !== undefined) made.push(element("code", "gist", gist));
  return made;
}

function adviceIn(advice) {
  const { reconnect, ...others } = Object(advice);
  const rest = Object.entries(others).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return [reconnect, ...rest].filter((part) => part !== undefined).join(", ");
}

/** What there is to say beyond the fields that every message has. */
function gistOf({ data, subscription, clientId, channel }) {
  if (data !== undefined) return cut(JSON.stringify(data));
  if (subscription !== undefined) return cut([subscription].flat().join(" "));
  return channel === "/meta/handshake" ? clientId : undefined;
}

function cut(text) {
  return text.length > MAX_GIST ? `${text.slice(0, MAX_GIST)}…` : text;
}

/** Milliseconds, with as many digits as mean something. */
export function durationOf(milliseconds) {
  return milliseconds < 10 ? `${milliseconds.toFixed(1)} ms` : `${Math.round(milliseconds)} ms`;
}
