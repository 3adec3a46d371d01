import { byId, element } from "/site/element.js";

/** The login page. */
export class Login {
  #page = byId("login");
  #name = byId("name");
  #password = byId("password");
  #error = byId("login-error");

  constructor(onLogIn) {
    byId("login-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.showError("");
      onLogIn({ name: this.#name.value.trim(), password: this.#password.value });
    });
  }

  /** Shows the accounts that anybody may use. */
  async showDemoAccounts() {
    const accounts = await (await fetch("/demo-accounts")).json();
    byId("demo-accounts").replaceChildren(...accounts.map((account) => this.#demo(account)));
  }

  show(error = "") {
    this.#page.hidden = false;
    this.showError(error);
    this.#password.value = "";
    this.#name.focus();
  }

  showError(text) {
    this.#error.textContent = text;
  }

  hide() {
    this.#page.hidden = true;
    this.#password.value = "";
  }

  #demo({ name, password }) {
    const button = element("button", "", element("b", "", name), ` / ${password}`);
    button.type = "button";
    button.addEventListener("click", () => {
      this.#name.value = name;
      this.#password.value = password;
      this.#password.focus();
    });
    return element("li", "", button);
  }
}
