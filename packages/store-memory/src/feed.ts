import type { ControlEntry, ILogListener, LogEntry } from "@encke/core";

type News = LogEntry | ControlEntry;

/** Tells the one listener of a log what happens, in order, also when it appends while it is being told. */
export class Feed {
  readonly #waiting: News[] = [];
  #listener: ILogListener | undefined;
  #isTelling = false;

  open(listener: ILogListener): void {
    if (this.#listener !== undefined) throw new Error("store-memory: the feed is open already");
    this.#listener = listener;
  }

  close(): void {
    this.#listener = undefined;
  }

  tell(news: News): void {
    if (this.#isTelling || this.#waiting.length > 0) this.#waiting.push(news);
    if (this.#isTelling) return;
    this.#isTelling = true;
    try {
      if (this.#waiting.length === 0) this.#pass(news);
      this.#passWaiting();
    } finally {
      this.#isTelling = false;
    }
  }

  #passWaiting(): void {
    let told = 0;
    try {
      while (told < this.#waiting.length) this.#pass(this.#waiting[told++] as News);
    } finally {
      // Should a listener throw against its contract, what it was not told yet still comes first the next time.
      this.#waiting.splice(0, told);
    }
  }

  #pass(news: News): void {
    if ("json" in news) this.#listener?.onEntries(0, [news]);
    else this.#listener?.onControl(0, news);
  }
}
