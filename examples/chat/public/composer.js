import { byId } from "/site/element.js";

/** Where one writes: to the room, or to one person in private. */
export class Composer {
  #text = byId("text");
  #error = byId("composer-error");
  #recipient = byId("recipient");
  #recipientText = byId("recipient-text");
  #to;
  #room;
  /** How many people have written here. */
  #writers = 0;
  #onSay;
  #onWhisper;

  /** Both answer with a promise, which rejects with the reason when nobody got the text. */
  constructor({ onSay, onWhisper }) {
    this.#onSay = onSay;
    this.#onWhisper = onWhisper;
    byId("composer").addEventListener("submit", (event) => this.#submit(event));
    byId("recipient-clear").addEventListener("click", () => this.address(undefined));
    this.#text.addEventListener("keydown", ({ key }) => {
      if (key === "Escape") this.address(undefined);
    });
  }

  /** Writes to this room from now on. */
  enter(room) {
    this.#room = room;
    this.showError("");
    this.address(undefined);
  }

  /** What was written is for no other person's eyes. */
  clear() {
    this.#writers++;
    this.#text.value = "";
    this.showError("");
  }

  /** Writes to this person from now on; to the room when undefined. */
  address(name) {
    this.#to = name;
    this.#recipient.hidden = name === undefined;
    this.#recipientText.textContent = `Only ${name} will see this.`;
    this.#text.placeholder = name === undefined ? `Message to ${this.#room}` : `Whisper to ${name}`;
    this.#text.focus();
  }

  showError(text) {
    this.#error.textContent = text;
  }

  async #submit(event) {
    event.preventDefault();
    const text = this.#text.value.trim();
    if (text === "") return;
    const writer = this.#writers;
    this.#text.value = "";
    this.showError("");
    try {
      await (this.#to === undefined ? this.#onSay(text) : this.#onWhisper(this.#to, text));
    } catch (error) {
      if (writer !== this.#writers) return;
      this.showError(`Not sent: ${error.message}`);
      // What was refused can be said in other words, unless something else has been begun meanwhile.
      if (this.#text.value === "") this.#text.value = text;
    }
  }
}
