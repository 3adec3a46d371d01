import { byId } from "/site/element.js";

/** Which messages are shown: by what their channels are for, and by words in their text. */
export class FrameFilter {
  #words = byId("filter");
  #kinds = [...byId("kinds").querySelectorAll("input")];

  constructor(onChange) {
    this.#words.addEventListener("input", onChange);
    for (const kind of this.#kinds) kind.addEventListener("change", onChange);
  }

  /** True for a frame of which something is left; hides the messages of which nothing is. */
  apply(view) {
    const messages = [...view.querySelectorAll(":scope > .message")];
    if (messages.length === 0) return this.#hasWords(view);
    for (const message of messages) {
      message.hidden = !(this.#isOfKind(message) && this.#hasWords(message));
    }
    return messages.some((message) => !message.hidden);
  }

  #isOfKind(message) {
    return this.#kinds.some(({ value, checked }) => checked && message.classList.contains(value));
  }

  #hasWords(view) {
    const text = view.dataset.text ?? "";
    return this.#words.value
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== "" && word !== "-")
      .every((word) =>
        word.startsWith("-") ? !text.includes(word.slice(1)) : text.includes(word),
      );
  }
}
