import { element } from "/site/element.js";

/** Levels that are open to begin with. */
const OPEN_LEVELS = 2;
/** Entries of one object or array that are shown. */
const MAX_ENTRIES = 200;
/** Characters of one text that are shown. */
const MAX_TEXT = 20_000;

/** A value as a tree whose branches can be opened and closed; what is closed is not made before it is opened. */
export function jsonView(value, level = 0) {
  const entries = entriesOf(value);
  if (entries === undefined || entries.length === 0) return leaf(value);
  const list = element("ul", "branch");
  const fill = () => list.replaceChildren(...rows(entries, level));
  const details = element("details", "json", summaryOf(value, entries), list);
  if (level < OPEN_LEVELS) {
    details.open = true;
    fill();
  } else details.addEventListener("toggle", fill, { once: true });
  return details;
}

function rows(entries, level) {
  const shown = entries.slice(0, MAX_ENTRIES).map(([key, value]) => {
    return element("li", "", element("span", "key", key), ": ", jsonView(value, level + 1));
  });
  const rest = entries.length - shown.length;
  if (rest > 0) shown.push(element("li", "more", `and ${rest} more`));
  return shown;
}

function entriesOf(value) {
  return typeof value === "object" && value !== null ? Object.entries(value) : undefined;
}

function summaryOf(value, { length }) {
  const text = Array.isArray(value) ? `[ ${length} ]` : `{ ${length} }`;
  return element("summary", "", text);
}

function leaf(value) {
  const text = JSON.stringify(value);
  const shown =
    text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)} (${text.length} in all)` : text;
  return element("span", value === null ? "null" : typeof value, shown);
}
