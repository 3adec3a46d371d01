import { byId, element } from "/site/element.js";
import { messagesIn } from "./frame-text.js";
import { TEMPLATES } from "./templates.js";

/** Where one writes what is sent. */
export class Editor {
  #form = byId("editor");
  #text = byId("text");
  #error = byId("editor-error");
  #session;

  constructor(session) {
    this.#session = session;
    byId("templates").append(...Array.from(TEMPLATES, ([name, make]) => this.#button(name, make)));
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.#text.addEventListener("keydown", ({ key, ctrlKey, metaKey }) => {
      if (key === "Enter" && (ctrlKey || metaKey)) this.#form.requestSubmit();
    });
    this.fill(TEMPLATES.get("Handshake"));
  }

  fill(template) {
    this.#text.value = JSON.stringify(template(this.#session), null, 2);
    this.#error.textContent = "";
  }

  /** What is written is for this client from now on. */
  replaceClient(before, after) {
    this.#text.value = this.#text.value.replaceAll(JSON.stringify(before), JSON.stringify(after));
  }

  #button(name, template) {
    const button = element("button", "", name);
    button.type = "button";
    button.addEventListener("click", () => {
      this.fill(template);
      this.#text.focus();
    });
    return button;
  }

  #send() {
    const text = this.#text.value;
    this.#error.textContent = faultOf(text);
    if (this.#error.textContent === "") this.#session.send(text);
  }
}

/** Why a text is not sent; empty when there is no reason. */
function faultOf(text) {
  try {
    JSON.parse(text);
  } catch (error) {
    return `Not sent, this is no JSON: ${error.message}`;
  }
  return messagesIn(text) === undefined
    ? "Not sent: a frame is an object, or an array of them."
    : "";
}
