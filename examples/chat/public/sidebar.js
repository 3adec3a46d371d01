import { byId, element } from "/site/element.js";
import { avatarOf } from "./avatar.js";

/** The rooms there are, and who is in this one. On a narrow screen a drawer that a button opens. */
export class Sidebar {
  #sidebar = byId("sidebar");
  #drawerButton = byId("drawer-button");
  #rooms = byId("rooms");
  #members = byId("members");
  #onEnter;
  #onWhisper;
  #entries = [];

  constructor({ onEnter, onWhisper }) {
    this.#onEnter = onEnter;
    this.#onWhisper = onWhisper;
    this.#drawerButton.addEventListener("click", () => this.#open(!this.#isOpen));
    addEventListener("keydown", ({ key }) => {
      if (key === "Escape" && this.#isOpen) this.#close();
    });
    byId("new-room").addEventListener("submit", (event) => this.#openRoom(event));
  }

  showRooms(entries, current) {
    this.#entries = entries;
    const items = entries.map((entry) => this.#roomItem(entry, current));
    refill(this.#rooms, items);
  }

  /** Another room is the current one now. */
  showRoom(current) {
    this.showRooms(this.#entries, current);
  }

  showMembers(names, self) {
    const items = names.map((name) => this.#memberItem(name, self));
    refill(this.#members, items);
  }

  #roomItem({ room, people }, current) {
    const count = element("span", "count", String(people));
    count.title = people === 1 ? "1 person" : `${people} people`;
    const button = element("button", "room-button", element("span", "room-name", room), count);
    button.type = "button";
    button.dataset.name = room;
    if (room === current) button.setAttribute("aria-current", "page");
    button.addEventListener("click", () => this.#choose(() => this.#onEnter(room)));
    return element("li", "", button);
  }

  #memberItem(name, self) {
    const label = name === self ? `${name} (you)` : name;
    const tag = name === self ? "span" : "button";
    const member = element(tag, "member", avatarOf(name), element("span", "member-name", label));
    if (name !== self) {
      member.type = "button";
      member.dataset.name = name;
      member.title = `Whisper to ${name}`;
      member.addEventListener("click", () => this.#choose(() => this.#onWhisper(name)));
    }
    return element("li", "", member);
  }

  #openRoom(event) {
    event.preventDefault();
    const input = byId("new-room-name");
    const room = input.value.trim().toLowerCase().replaceAll(/[ -]+/g, "-");
    input.value = "";
    this.#choose(() => this.#onEnter(room));
  }

  #choose(act) {
    this.#open(false);
    act();
  }

  get #isOpen() {
    return this.#sidebar.classList.contains("open");
  }

  #open(isOpen) {
    this.#sidebar.classList.toggle("open", isOpen);
    this.#drawerButton.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) this.#sidebar.querySelector("button")?.focus();
  }

  #close() {
    this.#open(false);
    this.#drawerButton.focus();
  }
}

/** Puts other items into a list. Whoever has come to one of its buttons by keyboard stays there. */
function refill(list, items) {
  const focused = list.querySelector(":focus")?.dataset.name;
  list.replaceChildren(...items);
  if (focused !== undefined) list.querySelector(`[data-name="${CSS.escape(focused)}"]`)?.focus();
}
