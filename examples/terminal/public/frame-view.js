import { element } from "/site/element.js";
import { copyButton } from "./copy-button.js";
import { durationOf, messageView } from "./message-view.js";

const DIRECTIONS = {
  sent: { arrow: "↑", name: "Sent" },
  received: { arrow: "↓", name: "Received" },
  failed: { arrow: "!", name: "Failed" },
};

/** One frame: when and how it went, and its messages; its text where it has none. */
export function frameView(frame, curl) {
  const { direction, messages, text } = frame;
  const view = element("li", `frame ${direction}`, head(frame, curl));
  view.dataset.text = text.toLowerCase();
  if (direction === "failed" || messages === undefined) view.append(element("pre", "raw", text));
  else if (messages.length === 0) view.append(element("p", "raw", "no messages"));
  else view.append(...messages.map((message, index) => messageView(message, frame.timings[index])));
  return view;
}

function head({ direction, note, took, text, at }, curl) {
  const { arrow, name } = DIRECTIONS[direction];
  const mark = element("span", "arrow", arrow);
  mark.setAttribute("aria-hidden", "true");
  const facts = [
    note,
    took === undefined ? undefined : durationOf(took),
    `${text.length} characters`,
  ];
  const line = element(
    "p",
    "head",
    mark,
    element("b", "", name),
    element("time", "time", clockOf(at)),
    element("span", "facts", facts.filter(Boolean).join(", ")),
    copyButton("Copy", text),
  );
  if (curl !== undefined) line.append(copyButton("Copy as curl", curl));
  return line;
}

function clockOf(at) {
  const digits = (number, length) => String(number).padStart(length, "0");
  const clock = [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => digits(part, 2));
  return `${clock.join(":")}.${digits(at.getMilliseconds(), 3)}`;
}
