import { byId, element } from "/site/element.js";
import { avatarOf } from "./avatar.js";

/** Entries that are kept in the page. */
const MAX_ENTRIES = 300;
/** Pixels from the end within which a reader is taken to follow the conversation. */
const NEAR_END = 80;

/** What is said and what happens in the room. */
export class Transcript {
  #log = byId("transcript");

  clear() {
    this.#log.replaceChildren();
  }

  message({ author, text, time }, isOwn) {
    const kind = isOwn ? "own" : "other";
    this.#add(bubble({ kind, author, heading: isOwn ? "You" : author, text, time }));
  }

  whispered({ from, text, time }) {
    const heading = `${from} whispers to you`;
    this.#add(bubble({ kind: "other whisper", author: from, heading, text, time }));
  }

  whisperedTo({ to, text, time }, self) {
    const heading = `You whisper to ${to}`;
    this.#add(bubble({ kind: "own whisper", author: self, heading, text, time }));
  }

  notice(text, time) {
    this.#add(element("div", "notice", `${text} `, timeOf(time)));
  }

  warning({ text, time }) {
    const heading = "Only you see this";
    this.#add(bubble({ kind: "other warning", author: "!", heading, text, time }));
  }

  #add(entry) {
    const log = this.#log;
    const isFollowed = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END;
    log.append(entry);
    if (log.childElementCount > MAX_ENTRIES) log.firstElementChild.remove();
    if (isFollowed || entry.classList.contains("own")) log.scrollTop = log.scrollHeight;
  }
}

function bubble({ kind, author, heading, text, time }) {
  const head = element("p", "head", element("span", "author", heading), timeOf(time));
  const body = element("div", "bubble", head, element("p", "text", text));
  return element("div", `entry ${kind}`, avatarOf(author), body);
}

function timeOf(iso) {
  const date = new Date(iso);
  const hour = date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const time = element("time", "time", hour);
  time.dateTime = iso;
  return time;
}
