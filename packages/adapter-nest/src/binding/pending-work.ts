/** Handlers that nobody waits for, until the application shuts down. */
export class PendingWork {
  readonly #under = new Set<Promise<void>>();

  /** `work` never rejects. */
  add(work: Promise<void>): void {
    this.#under.add(work);
    void work.then(() => this.#under.delete(work));
  }

  /** Resolves when all is done that is under way, or after `ms` milliseconds. */
  async settle(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    });
    await Promise.race([Promise.all(this.#under), late]);
    clearTimeout(timer);
  }
}
