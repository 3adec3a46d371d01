import { byId, element } from "/site/element.js";
import { TRANSPORTS } from "./transports.js";

/** Which server to talk to, and how. Begins with `?url=` and `?transport=` of the page's address. */
export class ServerForm {
  #url = byId("url");
  #transport = byId("transport");
  #credentials = byId("credentials");

  constructor(onChange) {
    const asked = new URLSearchParams(location.search);
    this.#transport.append(...Array.from(TRANSPORTS, ([type, { name }]) => option(type, name)));
    this.#url.value = asked.get("url") ?? `${location.origin}/comet`;
    if (TRANSPORTS.has(asked.get("transport"))) this.#transport.value = asked.get("transport");
    byId("server").addEventListener("submit", (event) => event.preventDefault());
    for (const field of [this.#url, this.#transport, this.#credentials]) {
      field.addEventListener("change", () => this.#url.reportValidity() && onChange());
    }
  }

  get target() {
    return {
      url: this.#url.value,
      connectionType: this.#transport.value,
      withCookies: this.#credentials.checked,
    };
  }

  /** Marks the transports that a server does not have. They can still be tried. */
  showTypes(types) {
    for (const choice of this.#transport.options) {
      const { name } = TRANSPORTS.get(choice.value);
      choice.textContent = types.includes(choice.value) ? name : `${name} (not offered)`;
    }
  }
}

function option(value, name) {
  const made = element("option", "", name);
  made.value = value;
  return made;
}
