import { byId } from "/site/element.js";
import { FrameFilter } from "./frame-filter.js";
import { frameView } from "./frame-view.js";
import { Timings } from "./timings.js";

/** Frames that are kept in the page. */
const MAX_FRAMES = 500;
/** Pixels from the end within which a reader is taken to follow. */
const NEAR_END = 80;

/** Every frame that was sent or received, in order. */
export class FrameLog {
  #list = byId("frames");
  #count = byId("count");
  #nothing = byId("nothing");
  #filter = new FrameFilter(() => this.#show());
  #timings = new Timings();

  constructor() {
    byId("clear").addEventListener("click", () => {
      this.#list.replaceChildren();
      this.#show();
    });
  }

  /** The curl command is there for frames that can be sent again. */
  add(frame, curl) {
    const list = this.#list;
    const isFollowed = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END;
    const view = frameView({ ...frame, timings: this.#timings.of(frame), at: new Date() }, curl);
    view.hidden = !this.#filter.apply(view);
    list.append(view);
    if (list.childElementCount > MAX_FRAMES) list.firstElementChild.remove();
    this.#tell();
    if (isFollowed) list.scrollTop = list.scrollHeight;
  }

  #show() {
    for (const view of this.#list.children) view.hidden = !this.#filter.apply(view);
    this.#tell();
  }

  #tell() {
    const all = this.#list.childElementCount;
    const hidden = this.#list.querySelectorAll(":scope > [hidden]").length;
    this.#count.textContent = hidden === 0 ? `${all}` : `${all - hidden} of ${all}`;
    this.#nothing.hidden = all > 0;
  }
}
